"""A voice server on real sockets, and a tone to send it."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import numpy as np
import pytest

from simulator.certificates import Certificates, client_context, ensure_certificates, server_context
from simulator.discord_voice import Admitted, Ears, Refusal, VoiceChange, VoiceDisconnected, VoiceServer
from simulator.discord_voice.opus import BLOCK_BYTES, SAMPLE_HZ, OpusEncoder
from tests.simulator.discord_voice.voice_client import VoiceClient

GUILD_ID = "100"
CHANNEL_ID = "555"


class Doorman:
    """Lets in who says `good`, and says of the others what Discord says."""

    def admit(self, guild_id: str, user_id: str, session_id: str, token: str) -> Refusal | Admitted:
        if session_id == "stale":
            return Refusal(4006, "Session is no longer valid.")
        if token != "good":
            return Refusal(4004, "Authentication failed.")
        return Admitted(CHANNEL_ID)


@dataclass
class Voice:
    """The server under test with what belongs to it."""

    server: VoiceServer
    ears: Ears
    trust: ssl.SSLContext
    changes: list[VoiceChange] = field(default_factory=list)
    disconnected: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, change: VoiceChange) -> None:
        self.changes.append(change)
        if isinstance(change, VoiceDisconnected):
            self.disconnected.set()

    def client(self, guild_id: str = GUILD_ID) -> VoiceClient:
        return VoiceClient(self.server.endpoint, self.trust, guild_id)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return ensure_certificates(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def trust(certificates: Certificates) -> ssl.SSLContext:
    return client_context(certificates)


@pytest.fixture
def heartbeat_ms() -> int:
    return 13_750


@pytest.fixture
async def voice(certificates: Certificates, trust: ssl.SSLContext, heartbeat_ms: int) -> AsyncIterator[Voice]:
    ears = Ears()
    server = VoiceServer(
        admission=Doorman(),
        ears=ears,
        tls=server_context(certificates),
        heartbeat_ms=heartbeat_ms,
        on_change=lambda change: running.note(change),
    )
    running = Voice(server, ears, trust)
    await server.start()
    yield running
    await server.stop()


def opus_tone(hertz: float, seconds: float) -> list[bytes]:
    """Encode a sine at a third of full scale."""
    time = np.arange(int(SAMPLE_HZ * seconds)) / SAMPLE_HZ
    wave = np.round(np.sin(2 * np.pi * hertz * time) * 10_000).astype("<i2")
    pcm = np.repeat(wave, 2).tobytes()
    encoder = OpusEncoder()
    return [encoder.encode(pcm[start : start + BLOCK_BYTES]) for start in range(0, len(pcm), BLOCK_BYTES)]


@pytest.fixture(scope="session")
def tone() -> list[bytes]:
    """Two seconds of 440 Hz."""
    return opus_tone(440.0, 2.0)
