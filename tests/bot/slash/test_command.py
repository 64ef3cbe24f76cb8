"""What options become, and what is refused before anybody is asked."""

from __future__ import annotations

import pytest

from bot.interaction import OptionValue
from bot.slash.options import Refused
from bot.slash.registry import by_name
from project.wire.messages import (
    ORDER_KINDS,
    Clear,
    Join,
    Leave,
    MoveTrack,
    Order,
    Pause,
    Ping,
    Play,
    Previous,
    Remove,
    Replay,
    Resume,
    Seek,
    SetFilters,
    SetLoop,
    SetVolume,
    ShowPlaying,
    ShowQueue,
    Shuffle,
    Skip,
    Stop,
    Suggest,
)
from project.wire.orders import Dedupe, ForgetMember, Jump, PlaySaved, Swap, VoteSkip
from project.wire.staff import STAFF_KINDS

COMMANDS = by_name()


EXAMPLES: dict[str, dict[str, OptionValue]] = {
    **{name: {} for name, command in COMMANDS.items() if command.order},
    **{name: {"query": "song"} for name in ("play", "playnext", "playnow")},
    "seek": {"position": "83"},
    "loop": {"mode": "off"},
    "volume": {"level": 50},
    "filter": {"preset": "soft"},
    "remove": {"position": "1"},
    "move": {"from": 1, "to": 2},
    "swap": {"a": 1, "b": 2},
    "jump": {"position": 2},
    "equalizer": {"band": "1", "gain": 20},
    "speed": {"percent": 120},
    "pitch": {"percent": 120},
    "autoplay": {"mode": "similar"},
    "fairqueue": {"mode": "on"},
    "search": {"query": "song"},
    "queue-import": {"text": "song"},
}
"""Each command as it is used at its simplest."""


def order(name: str, **given: OptionValue) -> Order:
    """The order of a command with these options."""
    return COMMANDS[name].order_of(given)


def test_play_queues_at_the_end_unless_told_otherwise() -> None:
    assert order("play", query="song") == Play(query="song", position="end")
    assert order("play", query="song", position="now") == Play(query="song", position="now")


@pytest.mark.parametrize(
    ("name", "given", "meant"),
    [
        ("playnext", {"query": "song"}, Play(query="song", position="next")),
        ("playnow", {"query": "song"}, Play(query="song", position="now")),
        ("pause", {}, Pause()),
        ("resume", {}, Resume()),
        ("skip", {}, Skip()),
        ("skip", {"to": 4}, Jump(position=4)),
        ("voteskip", {}, VoteSkip()),
        ("previous", {}, Previous()),
        ("replay", {}, Replay()),
        ("stop", {}, Stop()),
        ("seek", {"position": "1:23"}, Seek(to_ms=83_000)),
        ("seek", {"position": "-15"}, Seek(by_ms=-15_000)),
        ("forward", {}, Seek(by_ms=15_000)),
        ("forward", {"seconds": 40}, Seek(by_ms=40_000)),
        ("rewind", {}, Seek(by_ms=-15_000)),
        ("rewind", {"seconds": 40}, Seek(by_ms=-40_000)),
        ("loop", {"mode": "queue"}, SetLoop(mode="queue")),
        ("volume", {"level": 0}, SetVolume(level=0)),
        ("filter", {"preset": "8d"}, SetFilters(preset="8d")),
        ("nowplaying", {}, ShowPlaying()),
        ("shuffle", {}, Shuffle()),
        ("clear", {}, Clear()),
        ("remove", {"position": "4"}, Remove(first=4)),
        ("remove", {"position": "3-7"}, Remove(first=3, last=7)),
        ("remove", {"position": "Mine"}, Remove(mine=True)),
        ("remove", {"position": " mía "}, Remove(mine=True)),
        ("move", {"from": 5, "to": 1}, MoveTrack(source=5, target=1)),
        ("swap", {"a": 5, "b": 1}, Swap(first=5, second=1)),
        ("jump", {"position": 3}, Jump(position=3)),
        ("dedupe", {}, Dedupe()),
        ("join", {}, Join()),
        ("leave", {}, Leave()),
        ("ping", {}, Ping()),
    ],
)
def test_every_command_has_its_order(name: str, given: dict[str, OptionValue], meant: Order) -> None:
    assert order(name, **given) == meant


def test_every_order_but_what_is_asked_while_typing_has_a_command() -> None:
    # A PlaySaved is given by subcommands; what staff or an erasure wants, no member asks for.
    asked = {type(order(name, **given)) for name, given in EXAMPLES.items()}
    assert asked & set(ORDER_KINDS) == set(ORDER_KINDS) - {Suggest, PlaySaved, ForgetMember, *STAFF_KINDS}


def test_the_first_page_of_the_queue_needs_no_number() -> None:
    assert order("queue") == ShowQueue(page=1)


@pytest.mark.parametrize(
    ("name", "given", "reason"),
    [
        ("play", {}, "`query` is missing"),
        ("play", {"query": "   "}, "`query` is missing"),
        ("play", {"query": 7}, "`query` is missing"),
        ("play", {"query": "x" * 501}, "`query` is too long"),
        ("play", {"query": "song", "position": "sideways"}, "`position` is missing or not valid. Fill it in"),
        ("queue", {"page": 0}, "`page` must be between 1 and 10000"),
        ("queue", {"page": True}, "`page` is missing"),
        ("queue", {"page": "2"}, "`page` is missing"),
        ("seek", {"position": "soon"}, "I do not understand that position"),
        ("remove", {"position": "all"}, "I do not understand which tracks"),
        ("move", {"from": 0, "to": 1}, "`from` must be between 1"),
        ("volume", {"level": 201}, "`level` must be between 0 and 200"),
        ("forward", {"seconds": 0}, "`seconds` must be between 1"),
        ("filter", {"preset": "loudest"}, "`preset` is missing or not valid"),
    ],
)
def test_what_discord_itself_would_not_send_is_refused(name: str, given: dict[str, OptionValue], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        order(name, **given)


def test_unknown_options_are_ignored() -> None:
    assert order("play", query="song", colour="red") == Play(query="song")
