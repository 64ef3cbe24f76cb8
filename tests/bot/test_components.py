"""Custom ids of buttons."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.components import custom_id, order_of
from bot.sentences import FOREIGN_BUTTON, UNKNOWN_BUTTON
from bot.slash.command import Refused
from project.wire.messages import Pause, ShowQueue, Skip

GUILD = 1191169165885440000


@given(st.integers(min_value=1, max_value=2**63), st.integers(min_value=0, max_value=2**63))
def test_a_button_says_the_same_after_any_restart(guild: int, entry: int) -> None:
    written = custom_id("skip", guild, entry)
    assert len(written) <= 100
    assert order_of(written, guild) == Skip(entry=entry)


def test_buttons_without_a_target() -> None:
    assert order_of(custom_id("pause", GUILD), GUILD) == Pause()
    assert order_of(custom_id("queue", GUILD), GUILD) == ShowQueue(page=1)


def test_a_button_of_another_guild_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        order_of(custom_id("skip", GUILD, 1), GUILD + 1)
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
        "other:skip:1",
    ],
)
def test_what_is_no_button_of_ours_is_refused(written: str) -> None:
    with pytest.raises(Refused) as refused:
        order_of(written, GUILD)
    assert refused.value.text is UNKNOWN_BUTTON


def test_a_button_that_nobody_would_understand_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="dance"):
        custom_id("dance", GUILD)
