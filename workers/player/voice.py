"""Coming to a voice channel, leaving it, and stopping in a way that keeps the queue."""

from __future__ import annotations

from typing import Literal, TypeAlias

from workers.player.announcements import PlaybackStopped
from workers.player.effects import DestroyPlayer, MoveTo
from workers.player.memory import Move
from workers.player.reservations import stop_reviving
from workers.player.silencing import end_stay
from workers.player.turn import OrderTurn, Turn

Cause: TypeAlias = Literal[
    "left", "kicked", "channel_deleted", "failures", "join_refused", "voice_lost", "empty", "month_used_up", "blocked"
]
"""What `PlayerState.stopped_by` may say."""


def begin_session(turn: Turn) -> None:
    """The bot is about to come to a channel: with nothing left of the last time it begins at the guild's volume."""
    memory, wanted = turn.memory, turn.rules.default_volume
    fresh = memory.state.voice_channel_id is None and memory.current is None and not memory.line
    if fresh and wanted is not None:
        memory.set_state(volume=min(wanted, turn.limits.volume_cap))


def move_to(turn: Turn, channel_id: int | None) -> None:
    """Be in a channel, or in none."""
    command = turn.command if isinstance(turn, OrderTurn) else None
    command_id = command.id if command else None
    locale = turn.locale if isinstance(turn, OrderTurn) else turn.memory.state.locale
    turn.memory.set_state(voice_channel_id=channel_id)
    if channel_id is None:
        end_stay(turn.memory)
    send_move(turn, Move(channel_id, rev=0, at_ms=turn.now_ms, command_id=command_id, locale=locale))


def send_move(turn: Turn, move: Move) -> None:
    """Send op 4. It is always saved: its revision tells the gateway, and a refusal, which move is the latest."""
    # Who listens over there is unknown until Discord says it.
    turn.memory.set_presence(move=move, arrived=False, listeners=None)
    turn.must_save = True
    turn.want(MoveTo(move.channel_id, rev=0, command_id=move.command_id))


def hang_up(turn: Turn) -> None:
    """Remove the player from the node and leave the channel."""
    turn.memory.set_presence(joined_for_play=False)
    turn.want(DestroyPlayer())
    if turn.memory.state.voice_channel_id is not None:
        move_to(turn, None)


def halt(turn: Turn, cause: Cause) -> None:
    """Stop, keeping queue, current entry and position; Plays whose searches still run only queue."""
    memory = turn.memory
    memory.set_clock(memory.position_ms(turn.now_ms), turn.now_ms)
    memory.set_state(stopped_by=cause)
    memory.confirmed = False
    memory.set_presence(joined_for_play=False)
    stop_reviving(memory)


def drop_out(turn: Turn, cause: Literal["kicked", "channel_deleted", "join_refused"]) -> None:
    """Discord has taken the bot out of its channel, or never let it in: stop and remove the player."""
    halt(turn, cause)
    turn.memory.set_state(voice_channel_id=None)
    turn.memory.set_presence(channel_id=None, arrived=False, listeners=None)
    end_stay(turn.memory)
    turn.want(DestroyPlayer())


def leave_if_pointless(turn: Turn) -> None:
    """Nothing came of the Play that brought the bot here, so it goes again."""
    memory = turn.memory
    if memory.presence.joined_for_play and not memory.on_air and not memory.reservations:
        hang_up(turn)


def announce_stop(
    turn: Turn,
    cause: Literal[
        "failures", "kicked", "channel_deleted", "join_refused", "voice_lost", "empty", "month_used_up", "blocked"
    ],
) -> None:
    """Say in the text channel why it is silent."""
    memory = turn.memory
    turn.announce(PlaybackStopped(cause=cause, kept=memory.kept), memory.state.rev)
