"""How long the audio worker's own commit takes, alone: the part of an advance that a bot without a database saves."""

from __future__ import annotations

import asyncio
import time

import psycopg

from workers.adapters.player_store import PostgresPlayerStore
from workers.player.effects import Save
from workers.player.track import Entry, PlayerState, Track

GUILD = 1 << 22
"""A guild that nobody else uses."""
PAUSE_SECONDS = 0.01


async def measure_commits(database_url: str, count: int) -> list[float]:
    """Milliseconds of each commit of "this track was played, that one is current"."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT slot, epoch FROM slots WHERE slot = 0").fetchone()
    assert row is not None
    slot, epoch = row
    store = PostgresPlayerStore(database_url)
    await store.open()
    took: list[float] = []
    first = int(time.time() * 1000)

    try:
        for number in range(count):  # one after the other, as a guild's are
            began = time.monotonic()
            await store.commit(slot, epoch, _advance(first + number), None, None)
            took.append((time.monotonic() - began) * 1000)
            await asyncio.sleep(PAUSE_SECONDS)
    finally:
        await store.close()
    return took[count // 10 :]  # the first ones open connections


def _advance(rev: int) -> Save:
    state = PlayerState(guild_id=GUILD, rev=rev, next_entry=rev + 2, voice_channel_id=1, current_entry=rev + 1)
    return Save(state, put=((_entry(rev), "played"), (_entry(rev + 1), "current")))


def _entry(number: int) -> Entry:
    track = Track(
        encoded="QAAA" * 60, identifier="tune", title="A Tune of Some Length", author="Nobody", length_ms=180_000
    )
    return Entry(id=number, rank=number, track=track, requester_id=1, requester_name="Alice")
