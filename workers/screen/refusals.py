"""Why nothing changed, with a way out."""

from __future__ import annotations

from workers.player.limits import Limits
from workers.player.outcomes import Reason, Refused
from workers.screen.discord_text import duration, foreign
from workers.screen.language import Language
from workers.screen.source_names import source_name

MENTIONS: tuple[Reason, ...] = ("other_channel", "already_here", "join_refused", "not_allowed")
"""Reasons whose detail is a channel or role mention of ours; all other details are foreign text."""


def refusal_sentence(refused: Refused, language: Language) -> str:
    """The sentence of a refusal."""
    reason = refused.reason
    if reason == "not_allowed" and not refused.detail:
        return language.say("refused.not_allowed.managers")
    limit = refused.limit or 0
    if reason == "nothing_playing" and limit:
        return language.count("refused.nothing_playing.kept", limit)
    return language.say(
        f"refused.{reason}",
        detail=_detail(refused, language),
        plan=foreign(refused.plan or Limits().plan),
        limit=duration(limit) if reason == "track_too_long" else limit,
    )


def _detail(refused: Refused, language: Language) -> str:
    if refused.reason == "source_not_allowed":
        return source_name(refused.detail, language)
    return refused.detail if refused.reason in MENTIONS else foreign(refused.detail)
