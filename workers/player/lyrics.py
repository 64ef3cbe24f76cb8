"""Lyrics, and how they are cut into pages that fit into a message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LINE_LENGTH = 300
PAGE_LENGTH = 1_900
"""Characters: escaped they may be twice as many, and Discord takes 4096 in an embed's description."""


@dataclass(frozen=True, slots=True)
class Lyrics:
    """The words of a track, line by line, and who provided them."""

    lines: tuple[str, ...]
    provider: str


def lyrics_pages(lines: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """At least one page."""
    pages: list[tuple[str, ...]] = []
    page: list[str] = []
    length = 0
    for line in (line.strip()[:LINE_LENGTH] for line in lines):
        if page and length + len(line) + 1 > PAGE_LENGTH:
            pages.append(tuple(page))
            page, length = [], 0
        page.append(line)
        length += len(line) + 1
    return (*pages, tuple(page))
