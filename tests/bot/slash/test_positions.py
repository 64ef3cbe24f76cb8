"""What members write for moments and places."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sentences import NOT_A_RANGE, NOT_A_TIME
from bot.slash.options import Refused
from bot.slash.positions import moment, places


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1:23", (83_000, None)),
        ("83", (83_000, None)),
        (" 0 ", (0, None)),
        ("1:02:03", (3_723_000, None)),
        ("90:00", (5_400_000, None)),
        ("+30", (None, 30_000)),
        ("-15", (None, -15_000)),
        ("−15", (None, -15_000)),
        ("+1:05", (None, 65_000)),
    ],
)
def test_moments(typed: str, meant: tuple[int | None, int | None]) -> None:
    assert moment(typed) == meant


@pytest.mark.parametrize("typed", ["", "+", "soon", "1:60", "1:60:00", ":", "1:", "1.5", "--5", "99999999", "٣"])
def test_what_is_no_moment_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        moment(typed)
    assert refused.value.text is NOT_A_TIME


@pytest.mark.parametrize(("typed", "meant"), [("4", (4, 4)), ("3-7", (3, 7)), (" 7 - 3 ", (3, 7)), ("3..4", (3, 4))])
def test_places(typed: str, meant: tuple[int, int]) -> None:
    assert places(typed) == meant


@pytest.mark.parametrize("typed", ["", "0", "0-3", "-3", "3-", "last", "1-2-3", "999999", "²"])
def test_what_is_no_place_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        places(typed)
    assert refused.value.text is NOT_A_RANGE


@given(st.text(max_size=20))
def test_whatever_is_typed_is_understood_or_refused(typed: str) -> None:
    for read in (moment, places):
        with contextlib.suppress(Refused):
            assert len(read(typed)) == 2
