"""A page of a song's words as an embed."""

from __future__ import annotations

from typing import Any

from workers.player.outcomes import LyricsShown
from workers.player.track import Track
from workers.screen.discord_text import escape, foreign, shorten
from workers.screen.language import Language
from workers.screen.paging import page_buttons, room_for_rest
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


def lyrics_turns(shown: LyricsShown) -> list[dict[str, Any]]:
    """◀ and ▶, which name the song: another one may play by then."""
    again = _asked_for_again(shown.track, room_for_rest("lyrics_page", shown.guild_id))
    return page_buttons("lyrics_page", shown.guild_id, shown.page, shown.pages, again)


def _asked_for_again(track: Track, room: int) -> str:
    """Its address; where that is too long for Discord, its words."""
    if track.uri is not None and len(track.uri) <= room:
        return track.uri
    return shorten(f"{track.title} {track.author}", room)
