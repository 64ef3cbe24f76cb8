"""What Discord says of the guild's player message."""

from __future__ import annotations

from project.wire.messages import ScreenGone, ScreenPosted
from workers.player.effects import RemoveScreen
from workers.player.showing import NOWHERE
from workers.player.turn import Turn


def screen_posted(turn: Turn, event: ScreenPosted) -> None:
    """Remember it; one that was posted where the text channel no longer is has come too late."""
    state = turn.memory.state
    if event.channel_id == state.text_channel_id:
        turn.memory.set_state(screen_channel_id=event.channel_id, screen_message_id=event.message_id)
    elif state.text_channel_id is not None:
        turn.want(RemoveScreen(event.channel_id, event.message_id))


def screen_gone(turn: Turn, event: ScreenGone) -> None:
    """Do not try there again until somebody asks for music there."""
    if event.channel_id != turn.memory.state.text_channel_id:
        return
    turn.memory.refused_channel_id = event.channel_id
    if event.reason == "unknown_channel":
        turn.memory.set_state(text_channel_id=None)
    else:
        turn.memory.set_state(screen_channel_id=event.channel_id, screen_message_id=NOWHERE)
