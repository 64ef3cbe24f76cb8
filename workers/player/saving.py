"""What has to be written when a player changed: the difference between two memories, never a handler's own list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import msgspec

from workers.player.autoplay import settle_autoplay
from workers.player.blocking import settle_block
from workers.player.effects import Effect, MoveTo, Save, ShowPlayer, StartTrack
from workers.player.emptiness import settle_emptiness
from workers.player.memory import Memory
from workers.player.showing import settle_screen
from workers.player.silencing import settle_silencing
from workers.player.track import Entry, EntryStatus, PlayerState
from workers.player.turn import Turn
from workers.player.unwritten import settle_unwritten

STAMPED = (StartTrack, MoveTo, ShowPlayer)
"""Effects that say under which revision they were wanted."""

Standing = dict[int, tuple[Entry, EntryStatus]]


def close_turn(before: Memory, turn: Turn) -> list[Effect]:
    """What follows from the turn is added; then its effects, Save first, with the revision put where it belongs."""
    memory = turn.memory
    settle_block(turn)
    settle_emptiness(turn)
    settle_autoplay(turn)
    settle_silencing(turn)
    settle_screen(before, turn)
    settle_unwritten(turn)
    save = difference(before, memory)
    if save is None and not turn.must_save:
        return _stamped(turn, memory.state.rev)
    memory.set_state(rev=memory.state.rev + 1)
    save = replace(save, state=memory.state) if save else Save(memory.state)
    return [save, *_stamped(turn, memory.state.rev)]


def difference(before: Memory, after: Memory) -> Save | None:
    """What to write so that what was saved as `before` becomes `after`; None if only the position clock moved."""
    put, removed = _entries_changed(before, after)
    if put or removed or _lasting(before.state) != _lasting(after.state):
        return Save(after.state, put, removed, began=_began(before, after))
    return None


def _began(before: Memory, after: Memory) -> bool:
    return after.current is not None and (before.current is None or before.current.id != after.current.id)


def _stamped(turn: Turn, rev: int) -> list[Effect]:
    move = turn.memory.presence.move
    if move is not None and any(isinstance(effect, MoveTo) for effect in turn.effects):
        turn.memory.set_presence(move=replace(move, rev=rev))
    return [replace(effect, rev=rev) if isinstance(effect, STAMPED) else effect for effect in turn.effects]


def _lasting(state: PlayerState) -> dict[str, Any]:
    """The state without what moves by itself: positions are saved in batches."""
    fields = msgspec.structs.asdict(state)
    for moving in ("rev", "position_ms", "position_at_ms"):
        del fields[moving]
    return fields


def _entries_changed(before: Memory, after: Memory) -> tuple[tuple[tuple[Entry, EntryStatus], ...], tuple[int, ...]]:
    if before.line is after.line and before.played is after.played and before.current is after.current:
        return (), ()
    old_queue, new_queue = _without_common_ends(before.queue, after.queue)
    old = _standing(before, old_queue)
    new = _standing(after, new_queue)
    put = tuple(standing for number, standing in new.items() if old.get(number) != standing)
    return put, tuple(number for number in old if number not in new)


def _standing(memory: Memory, queue: Iterable[Entry]) -> Standing:
    standing: Standing = {entry.id: (entry, "played") for entry in memory.played}
    if memory.current is not None:
        standing[memory.current.id] = (memory.current, "current")
    standing.update((entry.id, (entry, "queued")) for entry in queue)
    return standing


def _without_common_ends(old: tuple[Entry, ...], new: tuple[Entry, ...]) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Long queues mostly stay as they are: only the part between equal ends is compared."""
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] is new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] is new[-1 - tail]:
        tail += 1
    return old[head : len(old) - tail], new[head : len(new) - tail]
