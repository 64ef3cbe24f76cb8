"""Finding the tracks of many lines."""

from __future__ import annotations

from tests.workers.player.cast import song
from workers.audio.searching import find_many
from workers.player.effects import SearchMany
from workers.player.facts import TracksFound


class Library:
    """A finder that knows a few things."""

    def __init__(self, **known: TracksFound) -> None:
        self.known = known

    async def find(self, command_id: str, query: str, source: str | None = None) -> TracksFound:
        """What it knows, else nothing."""
        return self.known.get(query, TracksFound(command_id, ()))


async def test_the_first_match_of_each_line_and_all_of_an_album_in_order() -> None:
    library = Library(
        two=TracksFound("c", (song("Two"), song("Other"))),
        album=TracksFound("c", (song("A"), song("B")), "Album"),
        one=TracksFound("c", (song("One"),)),
    )
    found = await find_many(library, SearchMany("c", "list", ("one", "nothing", "album", "two"), left_out=3))
    assert [track.title for track in found.tracks] == ["One", "A", "B", "Two"]
    assert (found.playlist, found.missing, found.left_out, found.failure) == ("list", 1, 3, None)


async def test_when_nothing_is_found_the_reason_is_told() -> None:
    library = Library(one=TracksFound("c", (), failure="node_away"))
    found = await find_many(library, SearchMany("c", "list", ("one", "two")))
    assert (found.tracks, found.failure) == ((), "node_away")
