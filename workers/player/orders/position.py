"""Going elsewhere: within the current entry, back to its beginning or the one before, on to a later one."""

from __future__ import annotations

from project.wire.orders import Jump, Previous, Replay, Seek
from workers.player.deck import play_on, proceed, retire, withdraw
from workers.player.effects import SeekTo, SetPaused
from workers.player.memory import Memory
from workers.player.position import begin_at
from workers.player.track import Entry, Track
from workers.player.track_queue import again, insert, remember, take_out
from workers.player.turn import OrderTurn


def seek(turn: OrderTurn, order: Seek) -> None:
    """Go on elsewhere in the current entry; a pause stays one. Back beyond the beginning is the beginning."""
    memory, current = turn.memory, turn.memory.current
    if current is None or not memory.on_air:
        turn.refuse("nothing_playing")
    elif (order.to_ms is None) == (order.by_ms is None):
        turn.deny("seek.unclear")
    elif current.track.is_stream:
        turn.deny("seek.live", title=current.track.title)
    elif not current.track.is_seekable:
        turn.deny("seek.fixed", title=current.track.title)
    else:
        _go_to(turn, current.track, _target(memory, order, turn.now_ms))


def _target(memory: Memory, order: Seek, now_ms: int) -> int:
    if order.to_ms is not None:
        return order.to_ms
    return max(0, memory.position_ms(now_ms) + (order.by_ms or 0))


def _go_to(turn: OrderTurn, track: Track, position_ms: int) -> None:
    if position_ms < 0:
        turn.deny("seek.negative")
    elif track.length_ms and position_ms >= track.length_ms:
        turn.deny("seek.beyond", title=track.title, length_ms=track.length_ms)
    else:
        _set_position(turn, position_ms)
        _say_where(turn, track, position_ms)


def _say_where(turn: OrderTurn, track: Track, position_ms: int) -> None:
    if turn.memory.state.paused:
        turn.say("seeked.paused", title=track.title, at_ms=position_ms, length_ms=track.length_ms)
    else:
        turn.say("seeked", title=track.title, at_ms=position_ms, length_ms=track.length_ms)


def _set_position(turn: OrderTurn, position_ms: int) -> None:
    memory = turn.memory
    begin_at(memory, position_ms, turn.now_ms)
    memory.sought_ms = turn.now_ms
    turn.must_save = turn.must_show = True
    turn.want(SeekTo(position_ms))


def replay(turn: OrderTurn, _: Replay) -> None:
    """The current entry from its beginning, also when it was paused."""
    memory, current = turn.memory, turn.memory.current
    if current is None or not memory.on_air:
        turn.refuse("nothing_playing")
        return
    _begin_again(turn, current)
    turn.say("replayed", title=current.track.title)


def _begin_again(turn: OrderTurn, current: Entry) -> None:
    memory, was_paused = turn.memory, turn.memory.state.paused
    memory.set_state(paused=False)
    if current.track.is_stream or not current.track.is_seekable:
        begin_at(memory, 0, turn.now_ms)
        turn.must_save = turn.must_show = True
        play_on(turn, current)
        return
    _set_position(turn, 0)
    if was_paused:
        turn.want(SetPaused(False))


def previous(turn: OrderTurn, _: Previous) -> None:
    """The entry that was played last plays once more; what it interrupts comes right after it."""
    memory = turn.memory
    if memory.state.stopped_by is not None or memory.state.voice_channel_id is None:
        turn.refuse("nothing_playing")
    elif not memory.played:
        turn.deny("previous.none")
    else:
        *earlier, last = memory.played
        memory.played = tuple(earlier)
        following = [last, *_interrupted(memory, last)]
        insert(memory, 0, [again(memory, entry, turn.now_ms) for entry in following])
        memory.set_state(paused=False)
        proceed(turn)
        memory.skipped_by = turn.actor.user_id
        turn.say("previous", title=last.track.title)


def _interrupted(memory: Memory, last: Entry) -> tuple[Entry, ...]:
    """What plays is taken off, to come right after `last`.

    While the queue is repeated, what was played waits again at its end, or plays again: going back makes no second one.
    """
    current = withdraw(memory)
    interrupted = () if current is None else (current,)
    if memory.state.loop != "queue":
        return interrupted
    copy = next((entry for entry in reversed((*interrupted, *memory.queue)) if _is_again(entry, last)), None)
    if copy is None:
        return interrupted
    take_out(memory, (copy,))
    return tuple(entry for entry in interrupted if entry is not copy)


def _is_again(entry: Entry, played: Entry) -> bool:
    return (entry.track.encoded, entry.requester_id) == (played.track.encoded, played.requester_id)


def jump(turn: OrderTurn, order: Jump) -> None:
    """What waits at a position plays now; what comes before it counts as played, and is repeated if the queue is."""
    memory, queue = turn.memory, turn.memory.queue
    if memory.state.stopped_by is not None or memory.state.voice_channel_id is None:
        turn.refuse("nothing_playing")
    elif not queue:
        turn.refuse("queue_empty")
    elif not 1 <= order.position <= len(queue):
        turn.deny("position.unknown", n=len(queue))
    else:
        passed, target = queue[: order.position - 1], queue[order.position - 1]
        _pass_over(turn, passed, target)
        if passed:
            turn.say("jumped", n=len(passed), title=target.track.title)
        else:
            turn.say("jumped.next", title=target.track.title)


def _pass_over(turn: OrderTurn, passed: tuple[Entry, ...], target: Entry) -> None:
    """Their ranks stay: played, current and queued ones go on rising."""
    memory, ended = turn.memory, turn.memory.current
    take_out(memory, (*passed, target))
    memory.line = (target, *memory.line)  # also before the places of searches that still run
    retire(memory)
    remember(memory, passed)
    if memory.state.loop == "queue":
        over = passed if ended is None else (ended, *passed)
        insert(memory, len(memory.line), [again(memory, entry, turn.now_ms) for entry in over])
    memory.set_state(paused=False)
    proceed(turn)
    memory.skipped_by = turn.actor.user_id


ORDERS = {Seek: seek, Replay: replay, Previous: previous, Jump: jump}
