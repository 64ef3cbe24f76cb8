"""When and where the guild's player message is shown: after every turn that changed something members can see."""

from __future__ import annotations

from typing import Any

from workers.player import filters
from workers.player.autoplay import is_searching
from workers.player.effects import RemoveScreen, Reply, ShowPlayer
from workers.player.limits import GuildRules, Limits
from workers.player.memory import Memory
from workers.player.outcomes import PlayerShown
from workers.player.turn import OrderTurn, Turn
from workers.player.votes import votes_needed

UP_NEXT = 3
NOWHERE = 0
"""As a message id: the message cannot be posted in that channel."""


def write_in(memory: Memory, channel_id: int | None) -> None:
    """From now on the guild's text channel is this one, and it may be tried (again)."""
    if channel_id is None:
        return
    memory.set_state(text_channel_id=channel_id)
    if memory.state.screen_message_id == NOWHERE:
        memory.set_state(screen_channel_id=None, screen_message_id=None)


def place_to_write(turn: Turn, asked_in: int | None) -> int | None:
    """The guild's own channel for the player message if it has one that takes it, else where somebody asked."""
    own = turn.rules.player_channel_id
    return asked_in if own is None or own == turn.memory.refused_channel_id else own


def settle_screen(before: Memory, turn: Turn) -> None:
    """At the end of a turn: the message is where it belongs and shows what is true."""
    memory = turn.memory
    if isinstance(turn, OrderTurn):
        _go_where_it_is_steered(turn)
    channel_id = memory.state.text_channel_id
    moved = before.state.text_channel_id != channel_id
    if moved:
        _give_up_old(turn)
    message_id = memory.state.screen_message_id
    # A message whose id is not known yet may be on its way: it has to hear of the end as well. In a channel of its own
    # it is there before anything plays: members add to it by its form.
    own = channel_id == turn.rules.player_channel_id
    nothing_to_show = memory.current is None and before.current is None and message_id is None and not own
    if channel_id is None or message_id == NOWHERE or nothing_to_show:
        return
    # What changed while it could not be posted was never shown: one that comes all the same may be out of date.
    after_all = before.state.screen_message_id == NOWHERE
    if moved or after_all or turn.must_show or _looks_different(before, memory):
        turn.want(
            ShowPlayer(
                channel_id=channel_id,
                message_id=message_id,
                shown=player_shown(memory, turn.now_ms, turn.limits, turn.rules),
                locale=turn.guild_language,
                rev=0,  # put in when the turn ends
                fresh=_current_id(memory) not in (None, _current_id(before)),
            )
        )


def _go_where_it_is_steered(turn: OrderTurn) -> None:
    """A message whose channel is gone, or does not take it, comes where somebody controls the player next."""
    state, place = turn.memory.state, turn.command.text_channel_id
    lost = state.text_channel_id is None or (state.screen_message_id == NOWHERE and place != state.text_channel_id)
    if not lost or turn.memory.current is None or turn.command.order.read:
        return
    if any(isinstance(effect, Reply) and not effect.conclusion.error for effect in turn.effects):
        write_in(turn.memory, place_to_write(turn, place))


def player_shown(memory: Memory, now_ms: int, limits: Limits, rules: GuildRules) -> PlayerShown:
    """What members see of the player."""
    state, queue = memory.state, memory.queue
    return PlayerShown(
        guild_id=state.guild_id,
        current=memory.current,
        position_ms=memory.position_ms(now_ms),
        at_ms=now_ms,
        paused=state.paused,
        stopped_by=state.stopped_by,
        connected=state.voice_channel_id is not None,
        silencing=memory.presence.silencing,
        volume=state.volume,
        volume_cap=limits.volume_cap,
        loop=state.loop,
        filters=filters.active(state.filters),
        presets=None if limits.presets is None else tuple(sorted(limits.presets)),
        equalizer=filters.equalizer(state.filters),
        speed_percent=filters.percent(state.filters, "speed"),
        pitch_percent=filters.percent(state.filters, "pitch"),
        speed=filters.speed(state.filters),
        autoplay=state.autoplay,
        autoplay_searching=is_searching(memory),
        fair_queue=state.fair_queue,
        up_next=queue[:UP_NEXT],
        waiting=len(queue),
        kept=memory.kept,
        has_previous=bool(memory.played),
        votes=len(state.votes),
        voters=state.votes,
        votes_needed=votes_needed(memory, rules),
    )


def _give_up_old(turn: Turn) -> None:
    """The text channel changed. Where there is none any more, nobody is left who could delete the message."""
    state = turn.memory.state
    if state.screen_channel_id == state.text_channel_id:
        return
    if state.screen_channel_id is not None and state.screen_message_id and state.text_channel_id is not None:
        turn.want(RemoveScreen(state.screen_channel_id, state.screen_message_id))
    turn.memory.set_state(screen_channel_id=None, screen_message_id=None)


def _looks_different(before: Memory, after: Memory) -> bool:
    if before.presence.silencing != after.presence.silencing or is_searching(before) != is_searching(after):
        return True
    if before.state is not after.state and _settings(before) != _settings(after):
        return True
    return before.line is not after.line and _ahead(before) != _ahead(after)


def _settings(memory: Memory) -> tuple[Any, ...]:
    state = memory.state
    sound = (state.paused, state.volume, state.loop, state.filters, state.votes, state.autoplay, state.fair_queue)
    return (_current_id(memory), state.stopped_by, state.voice_channel_id is None, bool(memory.played), *sound)


def _ahead(memory: Memory) -> tuple[int, ...]:
    queue = memory.queue
    return (len(queue), *(entry.id for entry in queue[:UP_NEXT]))


def _current_id(memory: Memory) -> int | None:
    return memory.current.id if memory.current is not None else None
