"""A voice server on real sockets, and a tone to send it."""

import ssl
from collections.abc import AsyncIterator

import pytest

from simulator.certificates import Certificates, client_context, ensure_certificates, server_context
from simulator.discord_voice import Ears, VoiceServer
from tests.simulator.discord_voice.stage import Doorman, Voice
from tests.simulator.discord_voice.tones import opus_tone


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
    ears, doorman = Ears(), Doorman()
    server = VoiceServer(
        admission=doorman,
        ears=ears,
        tls=server_context(certificates),
        heartbeat_ms=heartbeat_ms,
        on_change=lambda change: running.note(change),
    )
    running = Voice(server, ears, trust, doorman)
    await server.start()
    yield running
    await server.stop()


@pytest.fixture(scope="session")
def tone() -> list[bytes]:
    """Two seconds of 440 Hz."""
    return opus_tone(440.0, 2.0)
