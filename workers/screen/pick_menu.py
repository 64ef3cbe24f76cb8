"""A menu of tracks that a search found; what is chosen is played."""

from __future__ import annotations

from typing import Any

from workers.player.outcomes import TracksOffered
from workers.player.track import Track
from workers.screen.discord_text import shorten
from workers.screen.language import Language
from workers.screen.player_buttons import STRING_SELECT, custom_id, row
from workers.screen.track_card import length_of

TEXT_LENGTH = 100
"""Of an option's label, description and value (docs: Select Option Structure)."""


def pick_menu(offered: TracksOffered, language: Language) -> dict[str, Any]:
    """One row. No two options may have the same value."""
    options: dict[str, dict[str, Any]] = {}
    for track in offered.tracks:
        option = _option(track, language)
        options.setdefault(option["value"], option)
    menu = {
        "type": STRING_SELECT,
        "custom_id": custom_id("pick", offered.guild_id),
        "placeholder": language.say("search.menu"),
        "min_values": 1,
        "max_values": 1,
        "options": list(options.values()),
    }
    return row(menu)


def _option(track: Track, language: Language) -> dict[str, Any]:
    """Its address is what is played; one that is too long for Discord is replaced by its words."""
    label = shorten(track.title, TEXT_LENGTH) or "–"
    words = shorten(f"{track.title} {track.author}", TEXT_LENGTH) or "–"
    is_short = track.uri is not None and len(track.uri) <= TEXT_LENGTH
    about = " · ".join(part for part in (track.author, length_of(track, language)) if part)
    return {"label": label, "value": track.uri if is_short else words, "description": shorten(about, TEXT_LENGTH)}
