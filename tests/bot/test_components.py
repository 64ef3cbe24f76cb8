"""What buttons and menus mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.components import ACTIONS, Answer, pressed
from bot.page_turns import TURNS
from bot.sentences import FOREIGN_BUTTON, UNKNOWN_BUTTON
from bot.slash.options import Refused
from bot.slash.sound import PRESETS
from project.wire.desk import ShowBlocklist
from project.wire.library import ListFavourites, ListPlaylists, ShowHistory, ShowPlaylist
from project.wire.messages import (
    Order,
    Pause,
    Play,
    Previous,
    Resume,
    Seek,
    SetFilters,
    SetLoop,
    SetVolume,
    ShowQueue,
    Shuffle,
    Skip,
    Stop,
)
from project.wire.orders import SetAutoplay, ShowLyrics
from project.wire.privacy import EraseMine

GUILD = 1191169165885440000


@given(st.integers(min_value=1, max_value=2**63), st.integers(min_value=0, max_value=2**63))
def test_a_skip_button_names_the_entry_it_means(guild: int, entry: int) -> None:
    assert pressed(f"segue:skip:{guild}:{entry}", guild).order == Skip(entry=entry)


@pytest.mark.parametrize(
    ("rest", "order", "answer"),
    [
        (f"previous:{GUILD}", Previous(), "screen"),
        (f"back:{GUILD}", Seek(by_ms=-15_000), "screen"),
        (f"pause:{GUILD}", Pause(), "screen"),
        (f"resume:{GUILD}", Resume(), "screen"),
        (f"forward:{GUILD}", Seek(by_ms=15_000), "screen"),
        (f"skip:{GUILD}:7", Skip(entry=7), "screen"),
        (f"shuffle:{GUILD}", Shuffle(), "screen"),
        (f"loop:{GUILD}", SetLoop(), "screen"),
        (f"autoplay:{GUILD}", SetAutoplay(), "screen"),
        (f"quieter:{GUILD}", SetVolume(by=-10), "screen"),
        (f"louder:{GUILD}", SetVolume(by=10), "screen"),
        (f"stop:{GUILD}", Stop(), "message"),
        (f"queue:{GUILD}", ShowQueue(page=1), "private"),
        (f"queue:{GUILD}:0", ShowQueue(page=1), "private"),
        (f"queue:{GUILD}:3", ShowQueue(page=3), "private"),
        (f"erase:{GUILD}", EraseMine(), "private"),
    ],
)
def test_every_button(rest: str, order: Order, answer: Answer) -> None:
    meant = pressed(f"segue:{rest}", GUILD)
    assert (meant.order, meant.answer) == (order, answer)


@pytest.mark.parametrize(
    ("rest", "order"),
    [
        (f"queue_page:{GUILD}:3", ShowQueue(page=3, nearest=True)),
        (f"queue_page:{GUILD}:0", ShowQueue(page=1, nearest=True)),
        (f"history:{GUILD}:2", ShowHistory(page=2)),
        (f"history:{GUILD}:2:77", ShowHistory(page=2, member_id=77)),
        (
            f"lyrics_page:{GUILD}:2:https://music.example/a?b=1:2",
            ShowLyrics(page=2, query="https://music.example/a?b=1:2"),
        ),
        (f"playlist:{GUILD}:2:Mine: the best", ShowPlaylist(page=2, name="Mine: the best")),
        (f"playlists:{GUILD}:2", ListPlaylists(page=2)),
        (f"favourites:{GUILD}:2", ListFavourites(page=2)),
        (f"blocklist:{GUILD}:2", ShowBlocklist(page=2)),
    ],
)
def test_what_turns_a_page(rest: str, order: Order) -> None:
    meant = pressed(f"segue:{rest}", GUILD)
    assert (meant.order, meant.answer) == (order, "page")


def test_no_button_is_both() -> None:
    assert not set(TURNS) & set(ACTIONS)


@pytest.mark.parametrize("preset", PRESETS)
def test_the_filter_menu(preset: str) -> None:
    assert pressed(f"segue:filters:{GUILD}", GUILD, (preset,)).order == SetFilters(preset=preset)


def test_what_is_picked_from_a_search_is_played() -> None:
    meant = pressed(f"segue:pick:{GUILD}", GUILD, ("https://music.example/one",))
    assert (meant.order, meant.answer) == (Play(query="https://music.example/one"), "message")
    with pytest.raises(Refused):
        pressed(f"segue:pick:{GUILD}", GUILD, ())


@pytest.mark.parametrize("values", [(), ("loudest",), ("soft", "8d")])
def test_a_choice_that_the_menu_does_not_offer_is_refused(values: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as refused:
        pressed(f"segue:filters:{GUILD}", GUILD, values)
    assert refused.value.text is UNKNOWN_BUTTON


@pytest.mark.parametrize("action", ACTIONS)
def test_every_custom_id_fits(action: str) -> None:
    assert len(f"segue:{action}:{2**64}:{2**64}") <= 100


def test_a_button_of_another_guild_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        pressed(f"segue:skip:{GUILD}:1", GUILD + 1)
    assert refused.value.text is FOREIGN_BUTTON


@pytest.mark.parametrize(
    "written",
    [
        "",
        "play",
        "segue",
        "segue:skip",
        "segue:skip:x",
        "segue:dance:1191169165885440000",
        "segue:skip:1:2:3",
        "segue:skip:1191169165885440000:²",
        "segue:queue_page:1191169165885440000",
        "segue:history:1191169165885440000:2:bob",
        "segue:lyrics_page:1191169165885440000:2",
        "segue:playlist:1191169165885440000:2:",
        "other:skip:1",
    ],
)
def test_what_is_no_button_of_ours_is_refused(written: str) -> None:
    with pytest.raises(Refused) as refused:
        pressed(written, GUILD)
    assert refused.value.text is UNKNOWN_BUTTON
