"""Finds the tracks of a Play beside the mailbox: by words at a node, for many lines, or among what members keep."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from workers.audio.actor_ports import ActorPorts
from workers.audio.counted import SEARCH_SECONDS
from workers.player.effects import Fetch, Search, SearchMany
from workers.player.facts import UNANSWERED, TracksFound
from workers.ports import TrackFinder

AT_ONCE = 4
"""Queries of one import under way: others search as well."""
PART_SECONDS = 60.0
"""For all queries of an import's part; what is not found by then counts as unanswered."""


async def search(
    ports: ActorPorts, guild_id: int, wanted: Search | SearchMany | Fetch, found: Callable[[TracksFound], object]
) -> None:
    """Hand over what was found, whatever it is; then keep a search's matches for whoever types the same."""
    if isinstance(wanted, Fetch):
        found(await ports.saved.fetch(wanted.command_id, guild_id, wanted.member_id, wanted.saved))
        return
    if isinstance(wanted, SearchMany):
        found(await find_many(ports.finder, wanted))
        return
    began = time.monotonic()
    tracks = await ports.finder.find(wanted.command_id, wanted.query, wanted.source)
    SEARCH_SECONDS.labels(tracks.failure or ("some" if tracks.tracks else "none")).observe(time.monotonic() - began)
    found(tracks)
    if tracks.failure is None and tracks.playlist is None and wanted.source is None:
        await ports.suggestions.searched(wanted.query, tracks.tracks)


async def find_many(finder: TrackFinder, wanted: SearchMany) -> TracksFound:
    """The first match of each query, all tracks of one that is a playlist, in the queries' order. Never raises."""
    turns = asyncio.Semaphore(AT_ONCE)
    give_up = asyncio.get_running_loop().time() + PART_SECONDS

    async def find(query: str) -> TracksFound:
        try:
            async with asyncio.timeout_at(give_up), turns:
                return await finder.find(wanted.command_id, query)
        except TimeoutError:
            return TracksFound(wanted.command_id, (), failure="timed_out")

    answers = await asyncio.gather(*map(find, wanted.queries))
    tracks = [track for one in answers for track in (one.tracks if one.playlist is not None else one.tracks[:1])]
    unanswered = sum(one.failure in UNANSWERED for one in answers)
    missing = sum(not one.tracks for one in answers) - unanswered
    failure = next((one.failure for one in answers if one.failure is not None), None) if not tracks else None
    return TracksFound(wanted.command_id, tuple(tracks), wanted.name, failure, missing, unanswered)
