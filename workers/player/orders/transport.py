"""Pause, resume, skip, stop."""

from __future__ import annotations

from project.wire.messages import Pause, Resume, Skip, Stop
from workers.player.autoplay import follows
from workers.player.deck import advance, awaits, begin, proceed, retire
from workers.player.effects import SetPaused
from workers.player.memory import Memory
from workers.player.orders.play import come_to_actor
from workers.player.outcomes import Paused, Resumed, Skipped, Stopped
from workers.player.reservations import cancel_all
from workers.player.track import Entry
from workers.player.turn import OrderTurn
from workers.player.voice import hang_up

SAME_SKIP_MS = 1_000
"""Somebody else's slash skip this soon after a skip means the track that was just skipped."""


def pause(turn: OrderTurn, _: Pause) -> None:
    """Hold the current entry where it is."""
    memory = turn.memory
    if memory.current is None or not memory.on_air:
        turn.refuse("nothing_playing")
    elif memory.state.paused:
        turn.refuse("already_paused")
    else:
        position = memory.position_ms(turn.now_ms)
        memory.set_clock(position, turn.now_ms)
        memory.set_state(paused=True)
        turn.want(SetPaused(True))
        turn.reply(Paused(entry=memory.current, position_ms=position))


def resume(turn: OrderTurn, _: Resume) -> None:
    """Go on after a pause, or come back to what a stop has kept."""
    memory = turn.memory
    if memory.state.stopped_by is not None:
        _restart(turn)
    elif memory.current is None:
        turn.refuse("nothing_playing")
    elif not memory.state.paused:
        turn.refuse("not_paused")
    else:
        memory.set_clock(memory.position_ms(turn.now_ms), turn.now_ms)
        memory.set_state(paused=False)
        turn.want(SetPaused(False))
        turn.reply(Resumed(entry=memory.current, position_ms=memory.state.position_ms))


def _restart(turn: OrderTurn) -> None:
    memory = turn.memory
    first = memory.current or next(iter(memory.queue), None)
    if first is None:
        turn.refuse("queue_empty")
        return
    if not come_to_actor(turn):
        return
    revive(turn)
    turn.reply(Resumed(entry=first, position_ms=memory.position_ms(turn.now_ms)))


def revive(turn: OrderTurn) -> None:
    """End a stop: play the kept entry from where it was, else the head of the queue."""
    memory = turn.memory
    memory.failures = ()
    memory.set_state(stopped_by=None, paused=False)
    memory.set_presence(joined_for_play=False)
    if memory.current is not None:
        begin(turn, memory.current, memory.state.position_ms)
    else:
        proceed(turn)


def skip(turn: OrderTurn, order: Skip) -> None:
    """End the entry that was meant: the named one, or the one that was current when the command was given."""
    memory = turn.memory
    ended = memory.current
    if ended is None or not memory.on_air:
        turn.refuse("nothing_playing")
    elif not means_current(turn, order.entry, ended):
        turn.refuse("already_skipped", detail=ended.track.title)
    else:
        memory.set_state(paused=False)
        advance(turn, "skipped")
        memory.skipped_by = turn.actor.user_id
        turn.reply(Skipped(entry=ended, next=memory.current, awaited=awaits(memory), autoplay=follows(turn)))


def means_current(turn: OrderTurn, entry: int | None, current: Entry) -> bool:
    """The entry that a skip names, or that was current when it was given, is current still."""
    if entry is not None:
        return entry == current.id
    started = turn.memory.started_ms
    if _skipped_by_another(turn.memory, turn.actor.user_id):
        started += SAME_SKIP_MS
    return turn.command.issued_ms >= started


def _skipped_by_another(memory: Memory, user_id: int) -> bool:
    return memory.skipped_by is not None and memory.skipped_by != user_id


def stop(turn: OrderTurn, _: Stop) -> None:
    """Clear the queue, end what plays and leave. How it sounds stays; what is repeated was about what is gone."""
    memory = turn.memory
    if memory.current is None and not memory.line and memory.state.voice_channel_id is None:
        turn.refuse("nothing_playing")
        return
    cleared = len(memory.queue)
    cancel_all(memory)
    retire(memory)
    memory.set_state(stopped_by=None, paused=False, loop="off")
    hang_up(turn)
    turn.reply(Stopped(cleared=cleared))


ORDERS = {Pause: pause, Resume: resume, Skip: skip, Stop: stop}
