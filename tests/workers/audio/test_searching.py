"""Finding the tracks of many lines."""

from __future__ import annotations

import asyncio

import pytest

from tests.workers.player.cast import song
from workers.audio import searching
from workers.audio.searching import find_many
from workers.player.effects import SearchMany
from workers.player.facts import SearchFailure, TracksFound


class Library:
    """A finder that knows a few things, and never answers `slow`."""

    def __init__(self, **known: TracksFound) -> None:
        self.known = known

    async def find(self, command_id: str, query: str, source: str | None = None) -> TracksFound:
        """What it knows, else nothing."""
        if query == "slow":
            await asyncio.sleep(3600)
        return self.known.get(query, TracksFound(command_id, ()))


async def test_the_first_match_of_each_line_and_all_of_an_album_in_order() -> None:
    library = Library(
        two=TracksFound("c", (song("Two"), song("Other"))),
        album=TracksFound("c", (song("A"), song("B")), "Album"),
        one=TracksFound("c", (song("One"),)),
    )
    found = await find_many(library, SearchMany("c", "list", ("one", "nothing", "album", "two")))
    assert [track.title for track in found.tracks] == ["One", "A", "B", "Two"]
    assert (found.playlist, found.missing, found.unanswered, found.failure) == ("list", 1, 0, None)


async def test_a_line_that_nobody_could_look_up_is_not_one_that_nobody_knows() -> None:
    failures: tuple[SearchFailure, ...] = ("source_failed", "timed_out", "node_away", "address_refused")
    library = Library(one=TracksFound("c", (song("One"),)), **{it: TracksFound("c", (), failure=it) for it in failures})
    found = await find_many(library, SearchMany("c", "list", ("one", "nothing", *failures)))
    assert (len(found.tracks), found.missing, found.unanswered) == (1, 2, 3)


async def test_what_is_not_answered_in_time_is_unanswered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "PART_SECONDS", 0.01)
    found = await find_many(Library(one=TracksFound("c", (song("One"),))), SearchMany("c", "list", ("one", "slow")))
    assert (len(found.tracks), found.missing, found.unanswered) == (1, 0, 1)


async def test_when_nothing_is_found_the_reason_is_told() -> None:
    library = Library(one=TracksFound("c", (), failure="node_away"))
    found = await find_many(library, SearchMany("c", "list", ("one", "two")))
    assert (found.tracks, found.failure, found.missing, found.unanswered) == ((), "node_away", 1, 1)
