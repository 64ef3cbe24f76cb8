"""Voice sessions outlive their websocket: sound goes on while a client resumes."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from simulator.discord_voice.crypto import Opener

_FIRST_SSRC = 1000
_REPLAYABLE_MESSAGES = 64


class Connection(Protocol):
    """The websocket a session is held by."""

    async def close(self, code: int, reason: str) -> None:
        """Send a close frame and end the TCP connection."""
        ...

    def abort(self) -> None:
        """Tear the TCP connection down without a word."""
        ...


@dataclass(eq=False, slots=True)
class VoiceSession:
    """One user's voice in one guild; `connection` is None while nobody holds it."""

    guild_id: str
    user_id: str
    session_id: str
    token: str
    channel_id: str
    ssrc: int
    connection: Connection | None = None
    opener: Opener | None = None
    sequence: int = 0
    sent: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=_REPLAYABLE_MESSAGES))

    def missed_since(self, sequence: int) -> list[str]:
        """Return the numbered messages a resuming client has not acknowledged."""
        return [message for number, message in self.sent if number > sequence]


class Sessions:
    """The sessions that may be heard or resumed, found by SSRC and by guild."""

    def __init__(self) -> None:
        self._by_ssrc: dict[int, VoiceSession] = {}
        self._next_ssrc = _FIRST_SSRC

    def open(self, *, guild_id: str, user_id: str, session_id: str, token: str, channel_id: str) -> VoiceSession:
        """Register a session under an SSRC of its own."""
        ssrc, self._next_ssrc = self._next_ssrc, self._next_ssrc + 1
        session = VoiceSession(guild_id, user_id, session_id, token, channel_id, ssrc)
        self._by_ssrc[ssrc] = session
        return session

    def end(self, session: VoiceSession) -> None:
        """Forget a session: its packets are strangers' now, and it cannot be resumed."""
        self._by_ssrc.pop(session.ssrc, None)

    def heard_as(self, ssrc: int) -> VoiceSession | None:
        """Return the session that sends with this SSRC."""
        return self._by_ssrc.get(ssrc)

    def find(self, guild_id: str, session_id: str, token: str) -> VoiceSession | None:
        """Return the session a RESUME names."""
        wanted = (session_id, token)
        return next((s for s in self.of_guild(guild_id) if (s.session_id, s.token) == wanted), None)

    def of_guild(self, guild_id: str | None) -> list[VoiceSession]:
        """Return the sessions of a guild, or all of them for None."""
        return [s for s in self if guild_id is None or s.guild_id == guild_id]

    def __iter__(self) -> Iterator[VoiceSession]:
        return iter(tuple(self._by_ssrc.values()))
