"""What options become, and what is refused before anybody is asked."""

from __future__ import annotations

import pytest

from bot.interaction import OptionValue
from bot.slash.command import Refused
from bot.slash.registry import by_name
from project.wire.messages import Order, Play, ShowQueue

COMMANDS = by_name()


def order(name: str, **given: OptionValue) -> Order:
    """The order of a command with these options."""
    return COMMANDS[name].order_of(given)


def test_play_queues_at_the_end_unless_told_otherwise() -> None:
    assert order("play", query="song") == Play(query="song", position="end")
    assert order("play", query="song", position="now") == Play(query="song", position="now")


def test_the_first_page_of_the_queue_needs_no_number() -> None:
    assert order("queue") == ShowQueue(page=1)


@pytest.mark.parametrize(
    ("name", "given", "reason"),
    [
        ("play", {}, "`query` is missing"),
        ("play", {"query": "   "}, "`query` is missing"),
        ("play", {"query": 7}, "`query` is missing"),
        ("play", {"query": "x" * 501}, "`query` is too long"),
        ("play", {"query": "song", "position": "sideways"}, "`position` is missing or not valid"),
        ("queue", {"page": 0}, "`page` must be between 1 and 10000"),
        ("queue", {"page": True}, "`page` is missing"),
        ("queue", {"page": "2"}, "`page` is missing"),
    ],
)
def test_what_discord_itself_would_not_send_is_refused(name: str, given: dict[str, OptionValue], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        order(name, **given)


def test_unknown_options_are_ignored() -> None:
    assert order("play", query="song", colour="red") == Play(query="song")
