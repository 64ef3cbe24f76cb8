"""The media are made once; the recordings that take real time are performed once, all at the same time."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulator.certificates import Certificates, choose_certificates
from tests.contract import stage as stages
from tests.contract.music import write_media
from tests.contract.performer import Performance, Performer
from tests.contract.recording import load

REPLAYED = (
    "01-info",
    "02-loadtracks",
    "03-decode",
    "04-auth",
    "05-errors",
    "10-play-without-voice",
    "11-controls-without-voice",
    "12-ws-drop-resuming-off",
    "20-voice-tone10-mp3",
    "21-voice-tone10-opus",
    "22-voice-wav3",
    "23-voice-http-flac",
    "24-play-before-voice",
    "25-endtime-position",
    "26-volume-filters",
    "30-loadfailed",
    "31-loadfailed-no-voice",
    "32-stuck",
    "32-stuck-drip",
    "32-stuck-stall",
    "33-http-cut",
    "35-voice-change",
)
"""The others, in which processes are killed or voice closes, are played by tests of their own."""

SLOW = ("10-play-without-voice", "31-loadfailed-no-voice", "32-stuck-drip", "32-stuck-stall")
"""Performed on a real server only with LAVALINK_SLOW=1: they wait out its minute or its time-outs."""


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    given = [Path(os.environ[name]) if name in os.environ else None for name in ("SIM_TLS_CERT", "SIM_TLS_KEY")]
    return choose_certificates(tmp_path_factory.mktemp("tls"), *given)


@pytest.fixture(scope="session")
def media_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    write_media(folder)
    return folder


@pytest.fixture(scope="session")
def performances(media_folder: Path, certificates: Certificates) -> dict[str, Performance | BaseException]:
    """Every replay, or what it failed with, by the recording's name."""
    return asyncio.run(_perform_all(media_folder, certificates))


async def _perform_all(media_folder: Path, certificates: Certificates) -> dict[str, Performance | BaseException]:
    names = [name for name in REPLAYED if stages.SLOW or name not in SLOW]
    async with stages.open_stage(media_folder, certificates) as stage:
        performed = await asyncio.gather(
            *(Performer(load(name), stage).perform() for name in names), return_exceptions=True
        )
    return dict(zip(names, performed, strict=True))


@pytest.fixture
async def stage(media_folder: Path, certificates: Certificates) -> AsyncIterator[stages.Stage]:
    async with stages.open_stage(media_folder, certificates) as opened:
        yield opened
