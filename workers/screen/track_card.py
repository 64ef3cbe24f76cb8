"""A track as an embed: title with link, artist, artwork, duration, who asked for it."""

from __future__ import annotations

from typing import Any

from workers.player.track import Entry, Track
from workers.screen.discord_text import duration, foreign, web_url
from workers.screen.language import Language

COLOUR = 0x5865F2


def track_card(entry: Entry, language: Language) -> dict[str, Any]:
    """The embed."""
    track = entry.track
    card: dict[str, Any] = {"title": foreign(track.title), "color": COLOUR, "fields": _fields(entry, language)}
    if link := web_url(track.uri):
        card["url"] = link
    if artwork := web_url(track.artwork_url):
        card["thumbnail"] = {"url": artwork}
    return card


def length_of(track: Track, language: Language) -> str:
    """How long it is, or that it is live."""
    return language.say("live") if track.is_stream else duration(track.length_ms)


def _fields(entry: Entry, language: Language) -> list[dict[str, Any]]:
    facts = [("embed.artist", foreign(entry.track.author)), ("embed.duration", length_of(entry.track, language))]
    if entry.requester_name:
        facts.append(("embed.requester", foreign(entry.requester_name)))
    return [{"name": language.say(key), "value": value, "inline": True} for key, value in facts]
