"""Turns: with a fair queue those who asked for music follow one another, each with the oldest of their tracks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from workers.player.memory import Memory, Place, Reservation
from workers.player.track import Entry
from workers.player.track_queue import insert


def fair_order(memory: Memory) -> list[Entry]:
    """All that waits in rounds: everybody's first track, everybody's second, and so on."""
    return [entry for _, entry in sorted(zip(_rounds(memory), memory.queue, strict=True), key=lambda pair: pair[0])]


def slot_in(memory: Memory, entries: Sequence[Entry]) -> None:
    """Put new entries of one member behind everything of their round and of those before; nothing else moves."""
    if not entries:
        return
    rounds = iter(_rounds(memory))
    rounds_of = [_round(place, rounds) for place in memory.line]
    first = _taken(memory)[entries[0].requester_id]
    places = [_behind(rounds_of, first + number) for number in range(len(entries))]
    for place in sorted(set(places), reverse=True):
        insert(memory, place, [entry for entry, its in zip(entries, places, strict=True) if its == place])


def _rounds(memory: Memory) -> list[int]:
    """The round of every entry that waits. What plays was its requester's turn in the round that runs."""
    seen = Counter({memory.current.requester_id: 1} if memory.current is not None else {})
    rounds = []
    for entry in memory.queue:
        rounds.append(seen[entry.requester_id])
        seen[entry.requester_id] += 1
    return rounds


def _round(place: Place, rounds: Iterator[int]) -> int | None:
    """A place that was taken for the very next track counts as one that everybody waits for."""
    if isinstance(place, Reservation):
        return None if place.position == "end" else 0
    return next(rounds)


def _taken(memory: Memory) -> Counter[int]:
    taken = Counter(entry.requester_id for entry in memory.queue)
    if memory.current is not None:
        taken[memory.current.requester_id] += 1
    return taken


def _behind(rounds: Sequence[int | None], its: int) -> int:
    """The index in the line behind the last entry of this round or an earlier one."""
    back = next((n for n, other in enumerate(reversed(rounds)) if other is not None and other <= its), len(rounds))
    return len(rounds) - back
