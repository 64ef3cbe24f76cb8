"""What the catalogue knows of its tracks, and how words and links find them."""

import re
from dataclasses import dataclass
from pathlib import Path

ADDRESS = "https://music.segue.example"
_WORD = re.compile(r"[a-z0-9ñüé]+")


@dataclass(frozen=True, slots=True)
class CatalogueTrack:
    """One track with its files; `tone_hz` is set where the whole track is one pure tone."""

    slug: str
    title: str
    artist: str
    album: str
    album_slug: str
    duration_ms: int
    file: Path
    artwork: Path
    isrc: str
    tone_hz: float | None = None

    @property
    def uri(self) -> str:
        """Return the link that loads it."""
        return f"{ADDRESS}/track/{self.slug}"

    @property
    def artwork_url(self) -> str:
        """Return where its picture would be; the file is `artwork`."""
        return f"{ADDRESS}/artwork/{self.artwork.name}"


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _score(track: CatalogueTrack, words: list[str]) -> int:
    """Count how well words match: a title's whole word 4, an artist's 2, a beginning 1. Few matches are none."""
    title, artist = _words(track.title), _words(track.artist)
    points = 0
    matched = 0
    for word in words:
        best = max(
            4 * (word in title),
            2 * (word in artist),
            1 * any(known.startswith(word) for known in title + artist),
        )
        points += best
        matched += best > 0
    return points if 2 * matched >= len(words) else 0


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All tracks, in the order in which equally good matches are listed."""

    folder: Path
    tracks: tuple[CatalogueTrack, ...]

    def track(self, slug: str) -> CatalogueTrack | None:
        """Return the track of a link."""
        return next((track for track in self.tracks if track.slug == slug), None)

    def album(self, slug: str) -> list[CatalogueTrack]:
        """Return an album's tracks, none for an unknown one."""
        return [track for track in self.tracks if track.album_slug == slug]

    def search(self, text: str) -> list[CatalogueTrack]:
        """Return what matches at least half of the words, best first; case does not count."""
        words = _words(text)
        scored = [(_score(track, words), track) for track in self.tracks] if words else []
        found = [(score, track) for score, track in scored if score > 0]
        return [track for _, track in sorted(found, key=lambda pair: -pair[0])]
