"""The desk's words about a member's library: for that member alone, or a denial."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from apps.library.validation import LibraryRefused
from project.wire.library import PAGE_SIZE
from project.wire.messages import Command
from workers.player.outcomes import Denied
from workers.screen.desk_endings import DeskEnding
from workers.screen.library_endings import Confided

Wanted = TypeVar("Wanted")


def say(key: str, **values: str | int) -> Confided:
    """The sentence of a key (see outcomes.Said for what the values mean)."""
    return Confided(key=key, values=values)


def deny(key: str, **values: str | int) -> Denied:
    """The same where nothing changed."""
    return Denied(key=key, values=values)


def refused_by_library(refused: LibraryRefused) -> Denied:
    """Why the library did not change."""
    return Denied(key=f"library.refused.{refused.problem}", values={"name": refused.name, "limit": refused.limit})


def refusable(handler: Callable[[Command, Wanted], DeskEnding]) -> Callable[[Command, Wanted], DeskEnding]:
    """What the library refuses becomes a denial, which is recorded like any other outcome."""

    @wraps(handler)
    def guarded(command: Command, wanted: Wanted) -> DeskEnding:
        try:
            return handler(command, wanted)
        except LibraryRefused as refused:
            return refused_by_library(refused)

    return guarded


def page_of(total: int, wanted: int) -> tuple[int, int]:
    """The page to show and how many there are; a page that does not exist is the nearest one."""
    pages = max(1, -(-total // PAGE_SIZE))
    return min(max(1, wanted), pages), pages
