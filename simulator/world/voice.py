"""Who sits in which voice channel, and which session ids and tokens the voice servers must accept."""

import secrets
from dataclasses import dataclass


@dataclass(slots=True)
class VoiceState:
    guild_id: str
    user_id: str
    channel_id: str
    session_id: str
    self_mute: bool = False
    self_deaf: bool = False
    suppressed: bool = False
    """May not speak in its channel: Discord takes its sound and lets nobody hear it."""
    owner: str | None = None
    """For the bot: the gateway session that joined; when that session ends, so does this."""


class VoiceRegister:
    def __init__(self) -> None:
        self._states: dict[str, dict[str, VoiceState]] = {}
        self._tokens: dict[str, str] = {}

    def get(self, guild_id: str, user_id: str) -> VoiceState | None:
        return self._states.get(guild_id, {}).get(user_id)

    def of_guild(self, guild_id: str) -> list[VoiceState]:
        return list(self._states.get(guild_id, {}).values())

    def in_channel(self, guild_id: str, channel_id: str) -> list[VoiceState]:
        return [state for state in self.of_guild(guild_id) if state.channel_id == channel_id]

    def put(self, state: VoiceState) -> None:
        self._states.setdefault(state.guild_id, {})[state.user_id] = state

    def remove(self, guild_id: str, user_id: str) -> VoiceState | None:
        return self._states.get(guild_id, {}).pop(user_id, None)

    def owned_by(self, owner: str) -> list[VoiceState]:
        return [s for states in self._states.values() for s in states.values() if s.owner == owner]

    def token(self, guild_id: str) -> str | None:
        return self._tokens.get(guild_id)

    def new_token(self, guild_id: str) -> str:
        """The former token of that guild is refused from now on."""
        token = secrets.token_hex(8)
        self._tokens[guild_id] = token
        return token

    def revoke_token(self, guild_id: str) -> None:
        self._tokens.pop(guild_id, None)

    def admitted_channel(self, *, guild_id: str, user_id: str, session_id: str, token: str) -> str | None:
        """The channel that a voice connection with these credentials belongs to; None: stale or wrong."""
        state = self.get(guild_id, user_id)
        known = self._tokens.get(guild_id)
        if state is None or known is None or state.session_id != session_id:
            return None
        return state.channel_id if secrets.compare_digest(known, token) else None
