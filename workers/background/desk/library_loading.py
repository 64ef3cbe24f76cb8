"""Asks the Lavalink nodes what a member's words stand for, from a worker without an event loop of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from project import settings
from workers.adapters.lavalink_loader import LavalinkLoader
from workers.adapters.lavalink_nodes import parse_nodes
from workers.adapters.source_rests import SourceRests
from workers.adapters.track_finder import NodeTrackFinder
from workers.player.facts import TracksFound

WITHIN_SECONDS = 8.0
"""For all queries of a command together: its member waits."""
AT_ONCE = 8
_RESTS = SourceRests()
"""Of this process: the finder lives only as long as a command."""


def load_tracks(command_id: str, queries: Sequence[str]) -> list[TracksFound]:
    """What each query stands for; never raises: what went wrong is in `failure`."""
    return asyncio.run(_load(command_id, queries))


async def _load(command_id: str, queries: Sequence[str]) -> list[TracksFound]:
    nodes = parse_nodes(settings.LAVALINK_NODES, settings.LAVALINK_PASSWORD)
    loaders = [LavalinkLoader(node, user_id=settings.DISCORD_BOT_ID) for node in nodes]
    finder = NodeTrackFinder(loaders, search_prefix=settings.SEARCH_PREFIX, sandbox=settings.SANDBOX, rests=_RESTS)
    turns = asyncio.Semaphore(AT_ONCE)
    give_up = asyncio.get_running_loop().time() + WITHIN_SECONDS

    async def find(query: str) -> TracksFound:
        try:
            async with asyncio.timeout_at(give_up), turns:
                return await finder.find(command_id, query)
        except TimeoutError:
            return TracksFound(command_id, (), failure="timed_out")

    try:
        return list(await asyncio.gather(*map(find, queries)))
    finally:
        for loader in loaders:
            await loader.close()
