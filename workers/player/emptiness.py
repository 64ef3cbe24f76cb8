"""An empty voice channel: pause if the guild wants it, leave after its delay, and go on when somebody returns."""

from __future__ import annotations

from workers.player.effects import SetPaused, WakeAt
from workers.player.facts import Woken
from workers.player.limits import GuildRules
from workers.player.track import PlayerState
from workers.player.turn import Turn
from workers.player.voice import announce_stop, halt, hang_up


def settle_emptiness(turn: Turn) -> None:
    """At the end of a turn: notice that nobody listens any more, or that somebody does again."""
    memory, presence = turn.memory, turn.memory.presence
    if memory.state.paused_when_empty and not memory.state.paused:
        memory.set_state(paused_when_empty=False)
    if memory.state.voice_channel_id is None:
        _over(turn)
    elif presence.listeners == 0 and presence.arrived:
        if memory.state.empty_since_ms is None:
            _begin(turn)
    elif presence.listeners:
        _over(turn)
        _go_on(turn)


def woken(turn: Turn, _: Woken) -> None:
    """The delay is over, unless the guild has changed it since."""
    due_ms = leaves_at_ms(turn.memory.state, turn.rules)
    if due_ms is None:
        return
    if turn.now_ms < due_ms:
        turn.want(WakeAt(due_ms, "empty"))
    else:
        _leave(turn)


def leaves_at_ms(state: PlayerState, rules: GuildRules) -> int | None:
    """When the bot leaves if nobody comes; None: it does not, or somebody is there."""
    if state.empty_since_ms is None or state.voice_channel_id is None or rules.always_on:
        return None
    return state.empty_since_ms + rules.leave_after_ms


def _begin(turn: Turn) -> None:
    memory = turn.memory
    memory.set_state(empty_since_ms=turn.now_ms)
    due_ms = leaves_at_ms(memory.state, turn.rules)
    if due_ms is not None and due_ms <= turn.now_ms:
        _leave(turn)
        return
    if turn.rules.pause_when_empty and memory.running:
        memory.set_clock(memory.position_ms(turn.now_ms), turn.now_ms)
        memory.set_state(paused=True, paused_when_empty=True)
        turn.want(SetPaused(True))
    if due_ms is not None:
        turn.want(WakeAt(due_ms, "empty"))


def _over(turn: Turn) -> None:
    if turn.memory.state.empty_since_ms is not None:
        turn.memory.set_state(empty_since_ms=None)
        turn.want(WakeAt(None, "empty"))


def _go_on(turn: Turn) -> None:
    """End our own pause; one that a member wanted stays."""
    memory = turn.memory
    if memory.state.paused_when_empty:
        memory.set_clock(memory.position_ms(turn.now_ms), turn.now_ms)
        memory.set_state(paused=False, paused_when_empty=False)
        if memory.on_air:
            turn.want(SetPaused(False))


def _leave(turn: Turn) -> None:
    halt(turn, "empty")
    hang_up(turn)
    turn.memory.set_state(empty_since_ms=None)
    announce_stop(turn, "empty")
