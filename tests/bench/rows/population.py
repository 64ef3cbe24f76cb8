"""e, f: what one more guild costs the audio worker in memory, and many playing ones in time."""

from __future__ import annotations

import asyncio

from tests.bench.partner import Partner
from tests.bench.processes import CoreShares, private_bytes
from tests.bench.report import Report, Row
from tests.bench.stage import Stage

KIB = 1024
IDLE, WARM_IDLE = 5_000, 5_000
IDLE_LIMIT_KIB, PLAYING_LIMIT_KIB = 2.0, 40.0
WARM_PLAYING = 100
FULL_POPULATION, FULL_SHARE = 5_000, 0.60
WATCH_SECONDS = 10.0
NO_CHANNEL = "0"


async def measure(stage: Stage, report: Report, scale: float, *, guilds: int) -> None:
    """Memory is what is private to the process, before and after; what is cached once is filled before."""
    backlog = await Partner.start("tests.bench.backlog", stage.environment())
    empty = await _share(stage, WATCH_SECONDS * scale)
    try:
        await _playing(stage, report, guilds)
        _at_work(report, guilds + WARM_PLAYING, empty, await _share(stage, WATCH_SECONDS * scale))
        await _idle(stage, backlog, report)
    finally:
        await backlog.end()


async def _idle(stage: Stage, backlog: Partner, report: Report) -> None:
    """Guilds that have asked for something once, and have nothing to play."""
    with stage.gateway_still():
        await backlog.ask("commands", commands=_questions(WARM_IDLE, first=1))
        before = private_bytes(stage.audio_pid)
        await backlog.ask("commands", commands=_questions(IDLE, first=1 + WARM_IDLE))
        grown = private_bytes(stage.audio_pid) - before
    report.rows.append(
        Row("idle_guild_kib", f"memory per idle guild ({IDLE} of them)", grown / IDLE / KIB, "KiB", IDLE_LIMIT_KIB)
    )


async def _playing(stage: Stage, report: Report, guilds: int) -> None:
    places = await stage.discord.found(WARM_PLAYING + guilds)
    await stage.discord.have_play(places[:WARM_PLAYING])
    await asyncio.sleep(1)
    before = private_bytes(stage.audio_pid)
    await stage.discord.have_play(places[WARM_PLAYING:])
    await asyncio.sleep(1)
    grown = private_bytes(stage.audio_pid) - before
    report.rows.append(
        Row(
            "playing_guild_kib",
            f"memory per playing guild ({guilds} of them, 4 tracks queued)",
            grown / guilds / KIB,
            "KiB",
            PLAYING_LIMIT_KIB,
        )
    )


async def _share(stage: Stage, seconds: float) -> float:
    """Of a core, while nobody commands: positions, saving and leases go on."""
    shares = CoreShares(await stage.pids())
    await asyncio.sleep(seconds)
    return shares.now()["audio"]


def _at_work(report: Report, playing: int, empty: float, busy: float) -> None:
    """With fewer guilds than promised, what each of them costs is added up to the promised number."""
    whole = empty + (busy - empty) * FULL_POPULATION / playing
    counted = "" if playing >= FULL_POPULATION else f", reckoned from {playing}"
    report.rows.append(
        Row(
            "playing_core_share",
            f"share of a core with {FULL_POPULATION} playing guilds{counted}",
            whole * 100,
            "%",
            FULL_SHARE * 100,
        )
    )
    report.figures |= {"playing_guilds": playing, "playing_core_share_seen": busy, "empty_core_share": empty}


def _questions(count: int, *, first: int) -> list[tuple[str, str, str]]:
    """Members outside voice who want to skip: each is refused, and the guild forgotten."""
    return [(str((first + number) << 22), NO_CHANNEL, "skip") for number in range(count)]
