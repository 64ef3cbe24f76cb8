"""What a member who is typing is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.choices import merged, stored_choice, stored_choices
from project.wire.messages import Choice


def choices(*names: str) -> list[Choice]:
    """Choices whose values say where they come from."""
    return [Choice(name=name, value=f"value of {name}") for name in names]


def names(shown: list[Choice]) -> list[str]:
    """What is read."""
    return [choice.name for choice in shown]


def test_the_members_own_titles_come_first_as_far_as_they_fit() -> None:
    history = choices("Ode to Joy", "Canon in D", "Joyful Song")
    assert names(merged("JOY", history, choices("Joy Ride"))) == ["Ode to Joy", "Joyful Song", "Joy Ride"]
    assert names(merged("", history, ())) == ["Ode to Joy", "Canon in D", "Joyful Song"]


def test_a_long_history_leaves_room_for_what_was_found() -> None:
    history = choices(*(f"old {number}" for number in range(25)))
    shown = merged("", history, choices("new"))
    assert names(shown)[:6] == ["old 0", "old 1", "old 2", "old 3", "old 4", "new"]
    assert len(shown) == 25


def test_nothing_is_shown_twice() -> None:
    twice = [Choice(name="Song", value="a"), Choice(name="Song", value="b"), Choice(name="Same", value="a")]
    assert merged("", twice, twice) == [Choice(name="Song", value="a")]


texts = st.text(max_size=130)


@given(st.lists(st.builds(Choice, name=texts, value=texts), max_size=40), texts)
def test_discord_takes_whatever_is_shown(found: list[Choice], words: str) -> None:
    shown = merged(words, found, found)
    assert len(shown) <= 25
    assert all(0 < len(choice.name) <= 100 and 0 < len(choice.value) <= 100 for choice in shown)


def test_what_workers_keep_is_read() -> None:
    assert stored_choice(b'["Song", "https://a"]') == Choice(name="Song", value="https://a")
    assert stored_choices('[["Song", "a"], ["Other", "b"]]') == [
        Choice(name="Song", value="a"),
        Choice(name="Other", value="b"),
    ]
    assert stored_choices("[]") == []


@pytest.mark.parametrize("raw", ["", "{}", '["only a name"]', "null"])
def test_what_nobody_can_read_is_an_error(raw: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        stored_choice(raw)
