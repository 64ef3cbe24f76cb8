"""Join and leave."""

from __future__ import annotations

from project.wire.messages import Join, Leave
from workers.player.outcomes import Joined, Left
from workers.player.showing import place_to_write, write_in
from workers.player.turn import OrderTurn
from workers.player.voice import begin_session, halt, hang_up, move_to


def join(turn: OrderTurn, _: Join) -> None:
    """Come to the actor's channel. What plays goes on there; what a stop has kept waits for /resume or /play.

    A member who only calls the bot, perhaps to pick something else, is not met with yesterday's music.
    """
    memory, channel = turn.memory, turn.actor.voice_channel_id
    if channel is None:
        turn.refuse("not_in_voice" if turn.actor.kind == "member" else "not_connected")
    elif channel == memory.state.voice_channel_id and memory.presence.arrived:
        turn.refuse("already_here", detail=f"<#{channel}>")
    else:
        begin_session(turn)
        move_to(turn, channel)
        memory.set_state(locale=turn.command.guild_locale or memory.state.locale)
        write_in(memory, place_to_write(turn, turn.command.text_channel_id))
        memory.set_presence(joined_for_play=False)
        turn.reply(Joined(channel_id=channel, kept=memory.kept if memory.state.stopped_by else 0))


def leave(turn: OrderTurn, _: Leave) -> None:
    """Leave the channel; queue, current entry and position are kept."""
    memory = turn.memory
    if memory.state.voice_channel_id is None:
        turn.refuse("not_connected")
        return
    halt(turn, "left")
    hang_up(turn)
    turn.reply(Left(kept=memory.kept))


ORDERS = {Join: join, Leave: leave}
