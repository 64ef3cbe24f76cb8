"""What Discord says of the guild's player message, and of announcements that it does not take."""

from __future__ import annotations

from project.wire.messages import AnnouncementRefused, ScreenGone, ScreenPosted
from workers.player.effects import RemoveScreen
from workers.player.memory import Unwritten
from workers.player.showing import NOWHERE
from workers.player.turn import Turn
from workers.player.unwritten import note_unwritten, note_written


def screen_posted(turn: Turn, event: ScreenPosted) -> None:
    """Remember it; one that was posted where the text channel no longer is has come too late."""
    state = turn.memory.state
    note_written(turn, event.channel_id)
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
        note_unwritten(turn, Unwritten(event.channel_id, "player", event.missing))


def announcement_refused(turn: Turn, event: AnnouncementRefused) -> None:
    """The gateway has said it elsewhere, if there is a place."""
    note_unwritten(turn, Unwritten(event.channel_id, "announcements", event.missing))
