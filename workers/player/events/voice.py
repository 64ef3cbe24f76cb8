"""What Discord, and the node's connection to it, say of the bot in voice."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from project.wire.messages import ChannelDeleted, GuildLeft, JoinRefused, VoiceServerChanged, VoiceStateChanged
from workers.player.deck import retire
from workers.player.effects import ConnectVoice, DestroyPlayer, Reply, WakeAt
from workers.player.events.playback import lose_voice
from workers.player.facts import VoiceClosed, VoiceCredentialsMissing
from workers.player.memory import Move
from workers.player.outcomes import Refused
from workers.player.reservations import cancel_all
from workers.player.silencing import end_stay, note_silencing
from workers.player.turn import Turn
from workers.player.voice import announce_stop, drop_out, move_to, send_move
from workers.player.votes import take_back_votes

MOVE_ANSWER_MS = 5_000
"""Discord answers op 4 within this; what it says later is about something else."""

HEAL_WINDOW_MS = 60_000
REJOINS_ALLOWED = 3
RECONNECTS_ALLOWED = 5

LEFT_TO_DISCORD = (4014, 4021, 4022)
"""Close codes that mean kicked, moved, channel gone or call ended: a voice state or server event says which."""
EXPLAINED_MS = 1_000
"""A deleted channel is told after the voice state that it causes, within this."""
RETURNS_MS = 4_000
"""A voice connection that ended by one of those codes without a word of Discord's within this is made anew."""

SESSION_GONE = 4006


def voice_state_changed(turn: Turn, event: VoiceStateChanged) -> None:
    """Follow a member who moves the bot; stop when it was kicked; never take our own leaving for that."""
    memory = turn.memory
    here = memory.state.voice_channel_id
    if event.bot_channel_id != here:
        memory.set_presence(cut_off=False)
    if here is None:
        _insist_on_leaving(turn, event)
        return
    if event.bot_channel_id == here:
        memory.set_presence(channel_id=here, listeners=event.listeners)
        take_back_votes(memory, event.present)
        note_silencing(turn, event)
        if _answers_move(turn, event.at_ms, event.move_rev):
            if not memory.presence.arrived:
                turn.want(ConnectVoice(if_new=True))
            memory.set_presence(arrived=True)
    elif _is_settled(turn, event.at_ms, event.move_rev):
        _displaced(turn, event)
    elif _answers_move(turn, event.at_ms, event.move_rev):
        memory.set_presence(channel_id=event.bot_channel_id)


def _displaced(turn: Turn, event: VoiceStateChanged) -> None:
    memory = turn.memory
    if event.bot_channel_id is not None:
        memory.set_state(voice_channel_id=event.bot_channel_id)
        memory.set_presence(channel_id=event.bot_channel_id, arrived=True, listeners=event.listeners)
        take_back_votes(memory, event.present)
        note_silencing(turn, event)
        turn.want(ConnectVoice(if_new=True))
    elif memory.presence.was_in:
        # A join that is still on its way is not a kick: op 4 may wait for its turn for long.
        left = memory.state.voice_channel_id
        drop_out(turn, "kicked")
        memory.set_presence(dropped_from=left)
        turn.want(WakeAt(turn.now_ms + EXPLAINED_MS, "voice"))


def _answers_move(turn: Turn, at_ms: int, move_rev: int | None = None) -> bool:
    """Whether the gateway had sent the latest move when this happened; by its clock where it does not say."""
    move = turn.memory.presence.move
    if move is None or move.at_ms == 0:  # sent by an owner before, long ago
        return True
    return at_ms >= move.at_ms if move_rev is None else move_rev >= move.rev


def _is_settled(turn: Turn, at_ms: int, move_rev: int | None = None) -> bool:
    """The latest move is done: what Discord says now is news, not the way there."""
    presence = turn.memory.presence
    if not _answers_move(turn, at_ms, move_rev):
        return False
    return presence.was_in or presence.move is None or at_ms > presence.move.at_ms + MOVE_ANSWER_MS


def _insist_on_leaving(turn: Turn, event: VoiceStateChanged) -> None:
    """Discord shows the bot in a channel long after it left, or it let it in too late: leave (again)."""
    memory = turn.memory
    memory.set_presence(channel_id=event.bot_channel_id)
    if event.bot_channel_id is not None and _is_settled(turn, event.at_ms, event.move_rev):
        move_to(turn, None)


def voice_server_changed(turn: Turn, _: VoiceServerChanged) -> None:
    """Give the node the new credentials, if the bot wants to be in voice."""
    turn.memory.set_presence(cut_off=False)
    if turn.memory.state.voice_channel_id is not None:
        turn.want(ConnectVoice())


def join_refused(turn: Turn, event: JoinRefused) -> None:
    """Stay where the bot was if it is still there, else stop; the one who asked is told which permission to check."""
    memory, move = turn.memory, turn.memory.presence.move
    if move is None or move.rev != event.rev or move.channel_id != event.channel_id:
        return
    if memory.state.voice_channel_id != event.channel_id or memory.presence.arrived:
        return
    stays = memory.presence.channel_id
    if stays is not None and stays != event.channel_id:
        memory.set_state(voice_channel_id=stays)
        memory.set_presence(arrived=True)
    else:
        # Nobody has heard anything where it was not let in, whatever the clock says.
        memory.set_clock(memory.state.position_ms, turn.now_ms)
        drop_out(turn, "join_refused")
    _tell_refusal(turn, event, move, stopped=memory.state.voice_channel_id is None)


def _tell_refusal(turn: Turn, event: JoinRefused, move: Move, *, stopped: bool) -> None:
    command_id = event.command_id or move.command_id
    if command_id is not None:
        refused = Refused(reason="join_refused", detail=f"<#{event.channel_id}>")
        turn.want(Reply(command_id, refused, move.locale, followup=True))
    elif stopped:
        announce_stop(turn, "join_refused")


def channel_deleted(turn: Turn, event: ChannelDeleted) -> None:
    """Stop if it was the bot's voice channel; forget it if it was where the bot writes."""
    memory = turn.memory
    if event.channel_id == memory.state.text_channel_id:
        memory.set_state(text_channel_id=None)
    if event.channel_id == memory.state.voice_channel_id:
        drop_out(turn, "channel_deleted")
        _tell_stop(turn, "channel_deleted")
    elif event.channel_id == memory.presence.dropped_from and memory.state.stopped_by == "kicked":
        # Discord says first that the bot is in no channel, then that the channel is gone.
        memory.set_state(stopped_by="channel_deleted")
        _tell_stop(turn, "channel_deleted")


def not_explained(turn: Turn) -> None:
    """Discord has said nothing more: the bot was kicked, or its voice connection ended without a reason."""
    memory = turn.memory
    if memory.presence.dropped_from is not None:
        if memory.state.stopped_by == "kicked":
            _tell_stop(turn, "kicked")
        memory.set_presence(dropped_from=None)
    elif memory.presence.cut_off and memory.state.voice_channel_id is not None:
        rejoin(turn)


def _tell_stop(turn: Turn, cause: Literal["kicked", "channel_deleted"]) -> None:
    turn.memory.set_presence(dropped_from=None)
    if turn.memory.kept:
        announce_stop(turn, cause)


def guild_left(turn: Turn, _: GuildLeft) -> None:
    """Forget everything; there is nobody left to tell."""
    memory = turn.memory
    cancel_all(memory)
    retire(memory)
    memory.played = ()
    memory.set_state(voice_channel_id=None, text_channel_id=None, stopped_by=None, paused=False)
    end_stay(memory)
    memory.set_presence(channel_id=None, arrived=False, listeners=None, joined_for_play=False)
    turn.want(DestroyPlayer())


def voice_closed(turn: Turn, fact: VoiceClosed) -> None:
    """Mend the node's voice connection: credentials again, then leave and join, then give up with a word."""
    if turn.memory.state.voice_channel_id is None or not fact.by_remote:
        return
    if fact.code in LEFT_TO_DISCORD:
        turn.memory.set_presence(cut_off=True)
        turn.want(WakeAt(turn.now_ms + RETURNS_MS, "voice"))
    elif fact.code == SESSION_GONE or not _reconnect(turn):
        rejoin(turn)


def voice_credentials_missing(turn: Turn, fact: VoiceCredentialsMissing) -> None:
    """Leave and join, so that Discord gives new ones; a join that is still on its way brings them by itself."""
    if turn.memory.state.voice_channel_id is not None and _is_settled(turn, fact.at_ms):
        rejoin(turn)


def _reconnect(turn: Turn) -> bool:
    memory = turn.memory
    recent = _within_window(memory.presence.reconnects, turn.now_ms)
    if len(recent) >= RECONNECTS_ALLOWED:
        return False
    memory.set_presence(reconnects=(*recent, turn.now_ms))
    turn.want(ConnectVoice())
    return True


def rejoin(turn: Turn) -> None:
    """Leave and join, so that Discord gives a new voice session; a few times, then stop with a word."""
    memory = turn.memory
    memory.set_presence(cut_off=False)
    recent = _within_window(memory.presence.rejoins, turn.now_ms)
    if len(recent) >= REJOINS_ALLOWED:
        lose_voice(turn)
        return
    memory.set_presence(rejoins=(*recent, turn.now_ms))
    leave_and_join(turn)


def leave_and_join(turn: Turn) -> None:
    """Have Discord give a new voice session."""
    memory = turn.memory
    listeners = memory.presence.listeners
    back = Move(memory.state.voice_channel_id, rev=0, at_ms=turn.now_ms, locale=memory.state.locale)
    send_move(turn, replace(back, channel_id=None))
    send_move(turn, back)
    memory.set_presence(listeners=listeners)


def _within_window(times: tuple[int, ...], now_ms: int) -> tuple[int, ...]:
    return tuple(at for at in times if now_ms - at <= HEAL_WINDOW_MS)
