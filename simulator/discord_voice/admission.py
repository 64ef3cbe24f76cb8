"""Who may sign in to voice is the world's to decide, which knows members, channels and tokens."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Refusal:
    """The websocket is closed with this code, one of close_codes."""

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """The voice channel that will hear the connection."""

    channel_id: str


class Admission(Protocol):
    """The world's answer to IDENTIFY."""

    def admit(self, guild_id: str, user_id: str, session_id: str, token: str) -> Refusal | Admitted:
        """Compare with what VOICE_STATE_UPDATE and VOICE_SERVER_UPDATE said last."""
        ...

    def is_heard(self, guild_id: str, user_id: str) -> bool:
        """Whether that one may speak and is not muted; asked for every packet."""
        ...
