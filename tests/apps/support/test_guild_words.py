"""Words of the guild pages."""

from __future__ import annotations

from typing import get_args

import pytest

from apps.support.guild_pages.guild_confirmation import plain_words
from apps.support.templatetags import guild_words
from workers.player.voice import Cause


@pytest.mark.parametrize(
    ("ms", "words"), [(None, "–"), (0, "0:00"), (-5, "0:00"), (65_999, "1:05"), (3_723_000, "1:02:03")]
)
def test_a_position_reads_as_players_show_it(ms: int | None, words: str) -> None:
    assert guild_words.clock(ms) == words


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("https://example.com/a?b", "https://example.com/a?b"),
        ("HTTP://example.com", "HTTP://example.com"),
        ("javascript:alert(1)", ""),
        (" javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//evil.example", ""),
        ("http://[", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_only_addresses_of_the_web_become_links(uri: str | None, address: str) -> None:
    assert guild_words.web_address(uri) == address


def test_what_is_not_known_is_a_dash_and_nothing_is_zero() -> None:
    assert [guild_words.shown(value) for value in (None, "", 0)] == ["–", "–", 0]


@pytest.mark.parametrize("reason", get_args(Cause))
def test_each_reason_why_nothing_plays_has_words(reason: str) -> None:
    assert guild_words.stopped(reason) != guild_words.stopped("?").replace("?", reason)


@pytest.mark.parametrize(
    ("sentence", "plain"),
    [
        ("Skipped *440 Hz*; next is **A**.", "Skipped 440 Hz; next is A."),
        (r"Skipped *a\_b\*c\\d*.", r"Skipped a_b*c\d."),
        ("`/premium` lifts it", "/premium lifts it"),
    ],
)
def test_sentences_lose_discord_s_marks_and_keep_the_title_s(sentence: str, plain: str) -> None:
    assert plain_words(sentence) == plain
