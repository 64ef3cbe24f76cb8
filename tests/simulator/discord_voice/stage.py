"""What stands around the voice server under test: a world that admits, and notes of what it was told."""

import asyncio
import ssl
from dataclasses import dataclass, field

from simulator.discord_voice import Admitted, Ears, Refusal, VoiceChange, VoiceDisconnected, VoiceServer
from tests.simulator.discord_voice.voice_client import VoiceClient

GUILD_ID = "100"
CHANNEL_ID = "555"


class Doorman:
    """Lets in who says `good`, and says of the others what Discord says."""

    silenced = False

    def admit(self, guild_id: str, user_id: str, session_id: str, token: str) -> Refusal | Admitted:
        if session_id == "stale":
            return Refusal(4006, "Session is no longer valid.")
        if token != "good":
            return Refusal(4004, "Authentication failed.")
        return Admitted(CHANNEL_ID)

    def is_heard(self, guild_id: str, user_id: str) -> bool:
        return not self.silenced


@dataclass
class Voice:
    """The server under test with what belongs to it."""

    server: VoiceServer
    ears: Ears
    trust: ssl.SSLContext
    doorman: Doorman
    changes: list[VoiceChange] = field(default_factory=list)
    disconnected: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, change: VoiceChange) -> None:
        self.changes.append(change)
        if isinstance(change, VoiceDisconnected):
            self.disconnected.set()

    def client(self, guild_id: str = GUILD_ID) -> VoiceClient:
        return VoiceClient(self.server.endpoint, self.trust, guild_id)
