"""What a library may hold. Slash options bound the same values, but a client may send what it likes."""

from __future__ import annotations

from typing import Any, Literal

from project.wire.library import NAME_LENGTH

Problem = Literal[
    "name_taken",
    "name_form",
    "unknown",
    "too_many",
    "full",
    "favourites_full",
    "position",
    "no_such_favourite",
    "no_tracks",
]


class LibraryRefused(Exception):
    """Nothing was changed. `problem` names the sentence, the rest fills it."""

    def __init__(self, problem: Problem, *, name: str = "", limit: int = 0) -> None:
        super().__init__(f"{name or 'library'}: {problem}")
        self.problem, self.name, self.limit = problem, name, limit


def checked_name(name: str) -> str:
    """A playlist's name as it is stored; raises LibraryRefused."""
    plain = " ".join(name.split())
    if not 1 <= len(plain) <= NAME_LENGTH or not plain.isprintable():
        raise LibraryRefused("name_form", limit=NAME_LENGTH)
    return plain


def identity_of(track: dict[str, Any]) -> str:
    """By which a track is known again, whoever found it and when."""
    return f"{track.get('source', '')}:{track['identifier']}"
