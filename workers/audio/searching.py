"""Finds the tracks of a Play beside the mailbox: by words at a node, or among what members keep."""

from __future__ import annotations

from collections.abc import Callable

from workers.audio.actor_ports import ActorPorts
from workers.player.effects import Fetch, Search
from workers.player.facts import TracksFound


async def search(
    ports: ActorPorts, guild_id: int, wanted: Search | Fetch, found: Callable[[TracksFound], object]
) -> None:
    """Hand over what was found, whatever it is; then keep a search's matches for whoever types the same."""
    if isinstance(wanted, Fetch):
        found(await ports.saved.fetch(wanted.command_id, guild_id, wanted.member_id, wanted.saved))
        return
    tracks = await ports.finder.find(wanted.command_id, wanted.query)
    found(tracks)
    if tracks.failure is None and tracks.playlist is None:
        await ports.suggestions.searched(wanted.query, tracks.tracks)
