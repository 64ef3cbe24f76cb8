"""Discord lets nobody hear the bot: playing goes on, and members are told once per stay what to do about it."""

from __future__ import annotations

from project.wire.messages import VoiceStateChanged
from workers.player.announcements import Silenced
from workers.player.memory import Memory, Silencing
from workers.player.turn import Turn


def note_silencing(turn: Turn, event: VoiceStateChanged) -> None:
    """The bot is in the event's channel, heard or not. That it is heard again needs no word."""
    memory, channel_id = turn.memory, event.bot_channel_id
    if channel_id is None:
        return
    silencing = _silencing(event)
    complained = tuple(one for one in memory.presence.complained if one[0] == channel_id)
    if silencing is not None and _may_be_known(memory, event):
        complained += ((channel_id, silencing),)
    memory.set_presence(silencing=silencing, silenced_ms=event.at_ms, complained=complained)


def settle_silencing(turn: Turn) -> None:
    """At the end of a turn: say it, as soon as there is somewhere to write."""
    memory, presence = turn.memory, turn.memory.presence
    channel_id, cause = presence.channel_id, presence.silencing
    if cause is None or channel_id is None or channel_id != memory.state.voice_channel_id:
        return
    if (channel_id, cause) not in presence.complained and turn.writes_in is not None:
        memory.set_presence(complained=(*presence.complained, (channel_id, cause)))
        turn.announce(Silenced(cause=cause, channel_id=channel_id), presence.silenced_ms)


def end_stay(memory: Memory) -> None:
    """The bot is in no channel: what was said is forgotten."""
    memory.set_presence(silencing=None, complained=())


def _silencing(event: VoiceStateChanged) -> Silencing | None:
    """The permission first: who mends it hears of the mute then."""
    if event.suppressed:
        return "suppressed"
    return "muted" if event.muted else None


def _may_be_known(memory: Memory, event: VoiceStateChanged) -> bool:
    """A player that was restored in its channel may have said it before; then only a change is news."""
    move = memory.presence.move
    return not event.own and (move is None or move.at_ms == 0)
