"""Changing what waits: shuffle, remove, move, clear, and what is repeated.

Positions count from 1 over what waits, as /queue shows it. They may have been read a while ago, so replies name titles.
"""

from __future__ import annotations

from random import Random

from project.wire.orders import Clear, Dedupe, LoopMode, MoveTrack, Remove, SetLoop, Shuffle, Swap
from workers.player.reservations import cancel_all
from workers.player.track import Entry
from workers.player.track_queue import insert, rearrange, take_out, touched
from workers.player.turn import OrderTurn
from workers.player.voice import leave_if_pointless

NEXT_MODE: dict[LoopMode, LoopMode] = {"off": "track", "track": "queue", "queue": "off"}


def set_loop(turn: OrderTurn, order: SetLoop) -> None:
    """Repeat the current track, the queue, or nothing."""
    mode = order.mode or NEXT_MODE[turn.memory.state.loop]
    turn.memory.set_state(loop=mode)
    turn.say(f"loop.{mode}")


def shuffle(turn: OrderTurn, _: Shuffle) -> None:
    """Mix what waits. The command's id decides how: the core has no dice, and a repeated command mixes alike."""
    before = turn.memory.queue
    if len(before) < 2:
        turn.deny("shuffle.too_few")
        return
    mixed, dice = list(before), Random(turn.command.id)
    while tuple(mixed) == before:
        dice.shuffle(mixed)
    rearrange(turn.memory, mixed)
    turn.say("shuffled", n=len(mixed))


def remove(turn: OrderTurn, order: Remove) -> None:
    """Take out one position, all between two, or all that the actor asked for."""
    memory, total = turn.memory, len(turn.memory.queue)
    entries = touched(memory, order, turn.actor.user_id)
    if not total:
        turn.refuse("queue_empty")
    elif order.mine and not entries:
        turn.deny("remove.none_yours")
    elif not entries:
        turn.deny("position.unknown", n=total)
    elif not _meant(turn, order.first, order.entry):
        return
    else:
        take_out(memory, entries)
        _say_removed(turn, order, entries)


def _say_removed(turn: OrderTurn, order: Remove, entries: tuple[Entry, ...]) -> None:
    first, last = entries[0].track.title, entries[-1].track.title
    if order.mine:
        turn.say("removed_mine", n=len(entries), first=first, last=last)
    elif len(entries) == 1:
        turn.say("removed", title=first)
    else:
        turn.say("removed_many", n=len(entries), first=first, last=last)


def _meant(turn: OrderTurn, position: int, entry: int | None) -> bool:
    """Whether what waits there is the entry that the order names, if it names one; False: denied."""
    there = turn.memory.queue[position - 1]
    if entry in (None, there.id):
        return True
    turn.deny("position.another", title=there.track.title, position=position)
    return False


def move_track(turn: OrderTurn, order: MoveTrack) -> None:
    """Put what waits at one position where another waits."""
    memory, queue = turn.memory, turn.memory.queue
    if not queue:
        turn.refuse("queue_empty")
    elif not (1 <= order.source <= len(queue) and 1 <= order.target <= len(queue)):
        turn.deny("position.unknown", n=len(queue))
    else:
        moved = queue[order.source - 1]
        if not _meant(turn, order.source, order.entry):
            return
        if order.source == order.target:
            turn.deny("move.same", title=moved.track.title, position=order.target)
            return
        behind = queue[order.target - 1] if order.target < order.source else None
        after = queue[order.target - 1]
        take_out(memory, (moved,))
        index = memory.line.index(behind) if behind is not None else memory.line.index(after) + 1
        insert(memory, index, (moved,))
        turn.say("moved", title=moved.track.title, position=order.target)


def swap(turn: OrderTurn, order: Swap) -> None:
    """Let what waits at two positions change places."""
    memory, queue = turn.memory, list(turn.memory.queue)
    first, second = order.first - 1, order.second - 1
    if not queue:
        turn.refuse("queue_empty")
    elif not (0 <= first < len(queue) and 0 <= second < len(queue)):
        turn.deny("position.unknown", n=len(queue))
    elif first == second:
        turn.deny("move.same", title=queue[first].track.title, position=order.first)
    else:
        turn.say("swapped", first=queue[first].track.title, second=queue[second].track.title)
        queue[first], queue[second] = queue[second], queue[first]
        rearrange(memory, queue)


def dedupe(turn: OrderTurn, _: Dedupe) -> None:
    """Take out what plays or waits already further ahead; the same recording from another source is another track."""
    memory = turn.memory
    seen = {_recording(memory.current)} if memory.current is not None else set()
    doubled: list[Entry] = []
    for entry in memory.queue:
        if _recording(entry) in seen:
            doubled.append(entry)
        seen.add(_recording(entry))
    if doubled:
        take_out(memory, doubled)
        turn.say("deduped", n=len(doubled))
    else:
        turn.deny("dedupe.none")


def _recording(entry: Entry) -> tuple[str, str]:
    return entry.track.source, entry.track.identifier


def clear(turn: OrderTurn, _: Clear) -> None:
    """Empty the queue, Plays that still search included; what plays goes on."""
    memory = turn.memory
    cleared = len(memory.line)
    if not cleared:
        turn.refuse("queue_empty")
        return
    cancel_all(memory)
    leave_if_pointless(turn)
    turn.say("cleared", n=cleared)


ORDERS = {
    SetLoop: set_loop,
    Shuffle: shuffle,
    Remove: remove,
    MoveTrack: move_track,
    Swap: swap,
    Dedupe: dedupe,
    Clear: clear,
}
