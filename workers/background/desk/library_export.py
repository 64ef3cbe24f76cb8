"""A playlist as lines of text that can be read, and imported again."""

from __future__ import annotations

from collections.abc import Iterable

from project.wire.library import EXPORT_PAGE
from workers.background.desk.library_tracks import StoredTrack

LINE_LENGTH = 300
"""A longer address is replaced by what the track is called."""


def export_line(track: StoredTrack) -> str:
    """Its address, or where it has none that helps its title and author as search words."""
    address = str(track.get("uri") or "")
    if address.startswith(("http://", "https://")) and len(address) <= LINE_LENGTH and ";" not in address:
        return address
    words = " ".join(f"{track['title']} {track['author']}".replace(";", " ").split())
    return words[:LINE_LENGTH]


def export_pages(tracks: Iterable[StoredTrack]) -> list[tuple[str, ...]]:
    """The lines in pages that fit into a message; one empty page for nothing."""
    pages: list[list[str]] = [[]]
    length = 0
    for line in map(export_line, tracks):
        if pages[-1] and length + len(line) + 1 > EXPORT_PAGE:
            pages.append([])
            length = 0
        pages[-1].append(line)
        length += len(line) + 1
    return [tuple(page) for page in pages]
