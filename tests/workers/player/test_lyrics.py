"""Whose words are looked for, and how they are cut into pages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from project.wire.orders import ShowLyrics
from tests.workers.player.cast import CHARLIE, Stage, kinds, only, song
from workers.player.effects import FindLyrics
from workers.player.lyrics import LINE_LENGTH, PAGE_LENGTH, lyrics_pages


def test_without_a_query_they_are_those_of_what_plays(concert: Stage) -> None:
    effects = concert.order(ShowLyrics(), CHARLIE)
    assert kinds(effects) == ["FindLyrics"]
    assert only(effects, FindLyrics).track == song("One")


def test_a_query_looks_for_another_song(concert: Stage) -> None:
    wanted = only(concert.order(ShowLyrics(query=" Hey ", page=2)), FindLyrics)
    assert (wanted.query, wanted.track, wanted.page) == ("Hey", None, 2)


def test_where_nothing_plays_there_is_nothing_to_look_for(stage: Stage) -> None:
    assert stage.refusal(ShowLyrics()) == "nothing_playing"
    assert kinds(stage.order(ShowLyrics(query="Hey"))) == ["FindLyrics"]


@given(st.lists(st.text("ab ", max_size=2 * LINE_LENGTH), max_size=60))
def test_pages_hold_every_line_in_order_and_fit(lines: list[str]) -> None:
    pages = lyrics_pages(lines)
    assert [line for page in pages for line in page] == [line.strip()[:LINE_LENGTH] for line in lines]
    assert max(len("\n".join(page)) for page in pages) <= PAGE_LENGTH
    assert all(pages) or not lines
