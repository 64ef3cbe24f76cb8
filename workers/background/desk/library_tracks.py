"""Tracks that a library command is about: those of the guild's queue, or what a query stands for.

A query is looked up before the transaction begins: a node may take seconds, and the guild's lock is not for waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from apps.playback.models import QueueEntry
from project.wire.library import AddFavourite, AddToPlaylist
from project.wire.messages import Command, Order
from workers.player.facts import TracksFound
from workers.player.outcomes import Refused
from workers.player.track import Track

StoredTrack: TypeAlias = dict[str, Any]
Load: TypeAlias = Callable[[str, Sequence[str]], list[TracksFound]]
"""Command id and queries -> what was found of each, in their order; nothing raises."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """An order with the tracks that its words stand for."""

    order: Any
    tracks: tuple[StoredTrack, ...] = ()
    refused: Refused | None = None


def resolved(command: Command, load: Load) -> Any:
    """What the order's handler takes: the order itself, or Resolved where it names tracks by words."""
    order = command.order
    if isinstance(order, AddToPlaylist | AddFavourite):
        return Resolved(order) if not order.query else _of_query(command.id, order, order.query, load)
    return order


def _of_query(command_id: str, order: Order, query: str, load: Load) -> Resolved:
    (found,) = load(command_id, [query])
    if found.failure is not None:
        return Resolved(order, refused=Refused(reason=found.failure, detail=query))
    wanted = best_of(found)
    if not wanted:
        return Resolved(order, refused=Refused(reason="nothing_found", detail=query))
    return Resolved(order, tuple(map(stored, wanted)))


def import_lines(text: str) -> list[str]:
    """What each line of an import asks for. Discord turns an option's line ends into spaces, so `;` parts them, too."""
    lines = (line.strip() for part in text.splitlines() for line in part.split(";"))
    return [line for line in lines if line and not line.startswith("```")]


def best_of(found: TracksFound) -> tuple[Track, ...]:
    """All tracks of an address that is a playlist, else the best match."""
    return found.tracks if found.playlist is not None else found.tracks[:1]


def stored(track: Track) -> StoredTrack:
    """A track as the library keeps it: the same JSON as in `queue_entries`."""
    built: StoredTrack = msgspec.to_builtins(track)
    return built


def track_of(raw: StoredTrack) -> Track:
    """The core's form of a kept track."""
    return msgspec.convert(raw, Track)


def current_track(guild_id: int) -> StoredTrack | None:
    """What plays in the guild, or waits to be resumed."""
    found: StoredTrack | None = _entries(guild_id, status="current").first()
    return found


def queued_tracks(guild_id: int) -> list[StoredTrack]:
    """What plays and what waits, in order."""
    return [track for track in (current_track(guild_id), *_entries(guild_id, status="queued")) if track is not None]


def entry_track(guild_id: int, entry: int) -> StoredTrack | None:
    """The track of an entry, also when it was played lately."""
    found: StoredTrack | None = _entries(guild_id, entry=entry).first()
    return found


def _entries(guild_id: int, **wanted: Any) -> Any:
    entries = QueueEntry.objects.filter(guild_id=guild_id, **wanted).order_by("rank", "entry")
    return entries.values_list("track", flat=True)
