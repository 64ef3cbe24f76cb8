"""Where tracks come from, as members know it: Lavalink's ids are for programs."""

from __future__ import annotations

from workers.player.track import Track
from workers.screen.discord_text import foreign
from workers.screen.language import Language

NAMES = {
    "youtube": "YouTube",
    "soundcloud": "SoundCloud",
    "bandcamp": "Bandcamp",
    "vimeo": "Vimeo",
    "twitch": "Twitch",
    "spotify": "Spotify",
    "deezer": "Deezer",
    "applemusic": "Apple Music",
}
"""Names that are the same in every language; the others are in the catalogues."""
ADDRESS = "http"


def source_name(source: str, language: Language) -> str:
    """A source among others; one of a plugin that we do not know keeps the name that the node gives it."""
    return language.say("settings.source.http") if source == ADDRESS else NAMES.get(source) or foreign(source)


def source_of(track: Track, language: Language) -> str:
    """The source of this one track."""
    return language.say("player.source.http") if track.source == ADDRESS else source_name(track.source, language)
