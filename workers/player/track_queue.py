"""The order of a guild's tracks: places in the line and the ranks that keep their order in PostgreSQL.

Ranks grow strictly over played, current and queued entries together, so one ORDER BY rank restores everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from project.wire.messages import Remove
from workers.player.memory import Memory, Place
from workers.player.track import Entry, Track

RANK_STEP = 1 << 20
"""Between neighbours at the end of the queue: 20 halvings fit between two before ranks are dealt out anew."""

PLAYED_KEPT = 50


def insert(memory: Memory, index: int, entries: Sequence[Entry]) -> None:
    """Put entries into the line before `index` and give them ranks."""
    ahead, behind = memory.line[:index], memory.line[index:]
    low = _last_rank(ahead, floor=_floor(memory))
    high = next((place.rank for place in behind if isinstance(place, Entry)), None)
    ranks = _between(low, high, len(entries))
    if ranks is None:
        memory.line = _renumbered((*ahead, *entries, *behind), _floor(memory))
    else:
        memory.line = (*ahead, *(_ranked(entry, rank) for entry, rank in zip(entries, ranks, strict=True)), *behind)


def new_entries(
    memory: Memory, tracks: Iterable[Track], *, requester_id: int, requester_name: str, added_ms: int
) -> tuple[Entry, ...]:
    """Fresh entries (without a rank yet) under ids that were never used in this guild."""
    first = memory.state.next_entry
    entries = tuple(
        Entry(
            id=number, rank=0, track=track, requester_id=requester_id, requester_name=requester_name, added_ms=added_ms
        )
        for number, track in enumerate(tracks, start=first)
    )
    memory.set_state(next_entry=first + len(entries))
    return entries


def rearrange(memory: Memory, order: Sequence[Entry]) -> None:
    """Put all entries that wait into this order; places that searches hold stay where they are."""
    ranks = [entry.rank for entry in memory.queue]
    entries = iter([_ranked(entry, rank) for entry, rank in zip(order, ranks, strict=True)])
    memory.line = tuple(next(entries) if isinstance(place, Entry) else place for place in memory.line)


def take_out(memory: Memory, entries: Iterable[Entry]) -> None:
    """Remove entries from the queue."""
    gone = {entry.id for entry in entries}
    memory.line = tuple(place for place in memory.line if not (isinstance(place, Entry) and place.id in gone))


def touched(memory: Memory, order: Remove, user_id: int) -> tuple[Entry, ...]:
    """What a Remove names: a position, a range in either direction, or the user's own; nothing if out of range."""
    queue = memory.queue
    if order.mine:
        return tuple(entry for entry in queue if entry.requester_id == user_id)
    low, high = sorted((order.first, order.first if order.last is None else order.last))
    return queue[low - 1 : high] if low >= 1 and high <= len(queue) else ()


def again(memory: Memory, entry: Entry, now_ms: int) -> Entry:
    """A fresh entry of the same track: every time a track plays it is its own entry, so late facts name the old one."""
    (copy,) = new_entries(
        memory,
        [entry.track],
        requester_id=entry.requester_id,
        requester_name=entry.requester_name,
        added_ms=now_ms,
    )
    return copy


def remember(memory: Memory, entries: Iterable[Entry]) -> None:
    """Entries were played; only the latest are kept."""
    memory.played = (*memory.played, *entries)[-PLAYED_KEPT:]


def _floor(memory: Memory) -> int:
    """The rank above which the queue begins."""
    if memory.current is not None:
        return memory.current.rank
    return memory.played[-1].rank if memory.played else 0


def _last_rank(places: Sequence[Place], floor: int) -> int:
    return next((place.rank for place in reversed(places) if isinstance(place, Entry)), floor)


def _between(low: int, high: int | None, count: int) -> list[int] | None:
    """`count` ranks above `low` and below `high`, or None when there is no room for them."""
    if high is None:
        return [low + RANK_STEP * number for number in range(1, count + 1)]
    step = (high - low) // (count + 1)
    return [low + step * number for number in range(1, count + 1)] if step else None


def _renumbered(line: Sequence[Place], floor: int) -> tuple[Place, ...]:
    places: list[Place] = []
    rank = floor
    for place in line:
        if isinstance(place, Entry):
            rank += RANK_STEP
            places.append(_ranked(place, rank))
        else:
            places.append(place)
    return tuple(places)


def _ranked(entry: Entry, rank: int) -> Entry:
    return entry if entry.rank == rank else msgspec.structs.replace(entry, rank=rank)
