"""Discord lets the bot not write: members are told once, in answer to a command, which permission it lacks."""

from __future__ import annotations

from dataclasses import replace

from project.wire.messages import asked_by_program
from workers.player.effects import Reply
from workers.player.memory import Answered, Unwritten
from workers.player.outcomes import CannotWrite
from workers.player.showing import NOWHERE
from workers.player.turn import OrderTurn, Turn

ANSWERED_MS = 10 * 60_000
"""Later words on a command are taken for 15 minutes by Discord."""


def note_unwritten(turn: Turn, refused: Unwritten) -> None:
    """It may not; what was said of it already needs no word again."""
    memory = turn.memory
    known = next((one for one in memory.unwritten if one.same_place(refused)), None)
    if known is not None and known.missing == refused.missing:
        return
    memory.unwritten = (*(one for one in memory.unwritten if one is not known), refused)
    _tell(turn)


def note_written(turn: Turn, channel_id: int) -> None:
    """The player message is there: where it may not be again, that is news."""
    memory = turn.memory
    memory.unwritten = tuple(one for one in memory.unwritten if one.channel_id != channel_id or one.what != "player")


def settle_unwritten(turn: Turn) -> None:
    """At the end of a turn: remember whom it has answered, who can be told what waits."""
    answer = _answer(turn)
    if answer is not None:
        turn.memory.answered = Answered(answer.command_id, answer.locale, turn.now_ms)
        _tell(turn)


def _answer(turn: Turn) -> Reply | None:
    """The answer to a member who changed something."""
    if isinstance(turn, OrderTurn) and turn.command.order.read:
        return None
    replies = [effect for effect in turn.effects if isinstance(effect, Reply) and not effect.followup]
    told = [reply for reply in replies if not reply.conclusion.error and not asked_by_program(reply.command_id)]
    return told[-1] if told else None


def _tell(turn: Turn) -> None:
    memory = turn.memory
    told = tuple(one if one.told or not _say(turn, one) else replace(one, told=True) for one in memory.unwritten)
    memory.unwritten = told


def _say(turn: Turn, one: Unwritten) -> bool:
    """To whoever was answered lately; what belongs to nobody's command, where music was asked for, if that takes it."""
    state, answered = turn.memory.state, turn.memory.answered
    words = CannotWrite(what=one.what, channel_id=one.channel_id, missing=one.missing)
    if answered is not None and turn.now_ms - answered.at_ms <= ANSWERED_MS:
        turn.want(Reply(answered.command_id, words, answered.locale, followup=True))
        return True
    place = state.text_channel_id
    if one.what == "player" or place in (None, one.channel_id) or state.screen_message_id == NOWHERE:
        return False
    turn.announce_in(place, words, turn.now_ms)
    return True
