"""d: from /play to the first sound that the channel hears, in a guild where the bot is not yet in voice."""

from __future__ import annotations

import asyncio
import time

from tests.bench.discord_side import Place, Unanswered
from tests.bench.report import Report, Row
from tests.bench.samples import Samples
from tests.bench.stage import Stage

QUERY = "440 hz test tone"
GUILDS = 30
WARM = 3
LIMIT_MS = 400.0
LOOK_SECONDS = 0.005
PATIENCE_SECONDS = 15.0


async def measure(stage: Stage, report: Report, scale: float) -> None:
    """One guild after the other: join, /play words that were searched before, listen, stop."""
    places = await stage.discord.found(WARM + max(10, round(GUILDS * scale)))
    took = Samples("first sounds")
    for number, place in enumerate(places):
        heard = await _first_sound(stage, place)
        if number >= WARM:
            took.add([heard])
        await stage.discord.command(place, "stop")
    report.rows.append(
        Row("first_sound_p95_ms", "/play, searched before -> first sound, p95", took.percentile(95), "ms", LIMIT_MS)
    )
    report.figures |= {"first_sound_p50_ms": took.p50, "first_sounds_measured": len(took)}


async def _first_sound(stage: Stage, place: Place) -> float:
    """Milliseconds; what was heard before we looked is taken off."""
    _, sent_at = await stage.discord.command(place, "play", query=QUERY)
    while time.time() - sent_at < PATIENCE_SECONDS:
        heard = (await stage.discord.get(f"/ears/{place.guild_id}"))["heard_ms"]
        if heard:
            return (time.time() - sent_at) * 1000 - float(heard)
        await asyncio.sleep(LOOK_SECONDS)
    raise Unanswered(f"nothing was heard within {PATIENCE_SECONDS:.0f} s of /play")
