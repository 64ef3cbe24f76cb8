"""Tracks as lines of text that can be read, and imported again."""

from __future__ import annotations

from collections.abc import Iterable

from workers.player.track import Track

LINE_LENGTH = 300
"""A longer address is replaced by what the track is called."""
PAGE_BYTES = 250_000
"""Of UTF-8; files of up to 256 KiB can be imported again."""


def export_pages(tracks: Iterable[Track]) -> list[tuple[str, ...]]:
    """The lines in pages of a file each, nearly always one; one empty page for nothing."""
    pages: list[list[str]] = [[]]
    length = 0
    for line in map(export_line, tracks):
        size = len(line.encode()) + 1
        if pages[-1] and length + size > PAGE_BYTES:
            pages.append([])
            length = 0
        pages[-1].append(line)
        length += size
    return [tuple(page) for page in pages]


def export_line(track: Track) -> str:
    """Its address; where it has none that can be asked for, its title and author as search words."""
    address = track.uri or ""
    if address.startswith(("http://", "https://")) and len(address) <= LINE_LENGTH and ";" not in address:
        return address
    return " ".join(f"{track.title} {track.author}".replace(";", " ").split())[:LINE_LENGTH]
