"""◀ and ▶ under what has pages: the gateway understands them, and they ask for the pages beside the one shown."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bot.components import pressed
from project.wire.desk import ShowBlocklist
from project.wire.library import NAME_LENGTH, ListFavourites, ListPlaylists, ShowHistory, ShowPlaylist
from project.wire.messages import Order, ShowQueue
from project.wire.orders import ShowLyrics
from tests.workers.screen.test_render import entry, queue
from workers.player.outcomes import LyricsShown, QueueShown
from workers.screen import render_conclusion
from workers.screen.desk_endings import BlocklistShown, DeskEnding, render_ending
from workers.screen.library_endings import FavouritesShown, HistoryShown, PlaylistShown, PlaylistsShown
from workers.screen.paging import LONGEST_ID

GUILD = 2**64 - 1
URL = "https://music.example/t"
SECOND_OF_THREE: dict[str, Any] = {"guild_id": GUILD, "page": 2, "pages": 3}


def lyrics(uri: str | None = URL, title: str = "Title") -> LyricsShown:
    """The second of three pages."""
    track = msgspec.structs.replace(entry(title).track, uri=uri)
    return LyricsShown(track=track, lines=("la",), provider="Singers", **SECOND_OF_THREE)


def turns(shown: QueueShown | LyricsShown | DeskEnding, locale: str = "en-US") -> list[dict[str, Any]]:
    """The buttons under it."""
    alone = isinstance(shown, QueueShown | LyricsShown)
    screen = render_conclusion(shown, locale, 0) if alone else render_ending(shown, locale)  # type: ignore[arg-type] # told apart
    return [part for row in screen.payload["components"] for part in row["components"]]


def orders(shown: QueueShown | LyricsShown | DeskEnding) -> list[Order]:
    """What the gateway makes of them."""
    meant = [pressed(part["custom_id"], GUILD) for part in turns(shown)]
    assert {one.answer for one in meant} <= {"page"}
    return [one.order for one in meant]


@pytest.mark.parametrize(
    ("shown", "back", "on"),
    [
        (
            msgspec.structs.replace(queue(), guild_id=GUILD),
            ShowQueue(page=1, nearest=True),
            ShowQueue(page=3, nearest=True),
        ),
        (lyrics(), ShowLyrics(query=URL, page=1), ShowLyrics(query=URL, page=3)),
        (
            PlaylistShown(asked="Mine", name="Mine", tracks=(), total=30, **SECOND_OF_THREE),
            ShowPlaylist(name="Mine", page=1),
            ShowPlaylist(name="Mine", page=3),
        ),
        (PlaylistsShown(playlists=(), **SECOND_OF_THREE), ListPlaylists(page=1), ListPlaylists(page=3)),
        (FavouritesShown(tracks=(), total=30, **SECOND_OF_THREE), ListFavourites(page=1), ListFavourites(page=3)),
        (HistoryShown(played=(), **SECOND_OF_THREE), ShowHistory(page=1), ShowHistory(page=3)),
        (
            HistoryShown(played=(), of_member=77, **SECOND_OF_THREE),
            ShowHistory(page=1, member_id=77),
            ShowHistory(page=3, member_id=77),
        ),
        (BlocklistShown(entries=(), **SECOND_OF_THREE), ShowBlocklist(page=1), ShowBlocklist(page=3)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_pages_beside_it_are_asked_for(shown: Any, back: Order, on: Order) -> None:
    assert orders(shown) == [back, on]
    assert not any(part["disabled"] for part in turns(shown))


@pytest.mark.parametrize(("page", "disabled"), [(1, [True, False]), (3, [False, True])])
def test_there_is_nothing_before_the_first_and_after_the_last(page: int, disabled: list[bool]) -> None:
    shown = msgspec.structs.replace(queue(), page=page)
    assert [part["disabled"] for part in turns(shown)] == disabled


def test_a_single_page_has_no_buttons() -> None:
    assert turns(msgspec.structs.replace(queue(), page=1, pages=1)) == []


def test_a_playlist_with_the_longest_name_can_be_turned() -> None:
    name = "ñ" * NAME_LENGTH
    shown = PlaylistShown(guild_id=GUILD, asked=name, name=name, tracks=(), total=1_000, page=99, pages=100)
    assert orders(shown)[1] == ShowPlaylist(name=name, page=100)


@pytest.mark.parametrize("uri", [None, "https://music.example/" + "a" * 100])
def test_a_song_without_a_short_address_is_named_by_its_words(uri: str | None) -> None:
    assert orders(lyrics(uri))[1] == ShowLyrics(query="Title The Band", page=3)
    identities = [part["custom_id"] for part in turns(lyrics(uri, "Long: " + "la " * 99))]
    assert all(len(one) <= LONGEST_ID for one in identities)
    assert len(set(identities)) == 2
