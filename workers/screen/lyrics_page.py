"""A page of a song's words as an embed."""

from __future__ import annotations

from typing import Any

from workers.player.outcomes import LyricsShown
from workers.screen.discord_text import escape, foreign, shorten
from workers.screen.language import Language
from workers.screen.track_card import COLOUR

LINE_LENGTH = 300


def lyrics_page(shown: LyricsShown, language: Language) -> dict[str, Any]:
    """The embed; empty lines part the verses."""
    footer = language.say("lyrics.provider", provider=shorten(shown.provider))
    if shown.pages > 1:
        footer = f"{language.say('lyrics.page', page=shown.page, pages=shown.pages)} · {footer}"
    return {
        "title": foreign(shown.track.title),
        "description": "\n".join(escape(shorten(line, LINE_LENGTH)) for line in shown.lines),
        "color": COLOUR,
        "footer": {"text": footer},
    }
