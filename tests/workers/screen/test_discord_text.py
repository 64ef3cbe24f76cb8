"""Foreign text on Discord: shown as it is, on one line, never markup, link or mention."""

from __future__ import annotations

import pytest

from workers.screen.discord_text import duration, foreign, shorten, web_url


@pytest.mark.parametrize(
    ("ms", "words"), [(0, "0:00"), (185_000, "3:05"), (3_723_999, "1:02:03"), (36_000_000, "10:00:00"), (-5, "0:00")]
)
def test_durations(ms: int, words: str) -> None:
    assert duration(ms) == words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("**loud** _soft_", r"\*\*loud\*\* \_soft\_"),
        ("[x](https://evil.example)", r"\[x\]\(https\://evil.example\)"),
        ("<@123> @everyone", r"\<\@123\> \@everyone"),
        ("two\nlines\u202etxt", "two lines txt"),
        ("\u202e \n", "–"),
    ],
)
def test_foreign_text(text: str, shown: str) -> None:
    assert foreign(text) == shown


def test_shortening_says_that_something_is_missing() -> None:
    assert shorten("x" * 500, 10) == "x" * 9 + "…"
    assert shorten("x" * 10, 10) == "x" * 10


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "https://",
        "ftp://a.example/x",
        "http://[bad",
        "https://a.example/" + "x" * 2000,
    ],
)
def test_what_discord_would_refuse_is_no_link(url: str | None) -> None:
    assert web_url(url) is None


def test_a_link_is_made_safe() -> None:
    assert (
        web_url("https://a.example/my song (live).mp3?x=ñ") == "https://a.example/my%20song%20%28live%29.mp3?x=%C3%B1"
    )
