"""Channels in which Discord lets the bot not write: members hear which permission it lacks. Through every process."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.control_client import wait_for
from tests.flows.conftest import Room, text_of
from tests.flows.test_main_path import LONG, LONG_HZ, hears
from tests.flows.test_player_message import one_saying
from tests.flows.test_settings import MANAGER


def channel(room: Room, *denied: str) -> str:
    """A text channel where these are denied."""
    made = {"guild_id": room.guild_id, "type": "text", "name": "Plain", "deny": list(denied)}
    return str(room.control.post("/channels", made)["id"])


def asked_in(room: Room, channel_id: str, name: str, **options: Any) -> str:
    """Alice's slash command in that channel, answered; the interaction's id."""
    place = {"guild_id": room.guild_id, "channel_id": channel_id}
    interaction = room.control.slash(place, room.members["Alice"], name, **options)
    room.control.answer(interaction)
    return interaction


def followed(room: Room, interaction: str) -> list[str]:
    """What was said after the answer."""
    return [message["content"] for message in room.control.get(f"/interactions/{interaction}")["followups"]]


@pytest.mark.parametrize(
    ("denied", "name"), [("SEND_MESSAGES", "Send Messages"), ("EMBED_LINKS", "Embed Links")], ids=lambda one: one
)
def test_where_the_player_cannot_be_shown_it_is_said_once_and_it_comes_along_elsewhere(
    room: Room, denied: str, name: str
) -> None:
    plain = channel(room, denied)
    room.join("Alice")
    first = asked_in(room, plain, "play", query=LONG)
    assert hears(room, LONG_HZ)
    (words,) = wait_for(lambda: followed(room, first), "a later word")
    assert name in words
    assert f"<#{plain}>" in words
    second = asked_in(room, plain, "volume", level=40)
    room.slash("Alice", "volume", level=50)
    one_saying(room, LONG, "50 %")
    assert followed(room, second) == []


def test_a_channel_that_would_not_take_it_cannot_be_set(room: Room) -> None:
    plain = channel(room, "EMBED_LINKS")
    room.members[MANAGER] = room.control.get(f"/guilds/{room.guild_id}")["owner"]["id"]
    refused = room.refusal(MANAGER, "settings set", **{"player-channel": plain})
    assert "Embed Links" in refused
    taken = room.control.answer(room.send(MANAGER, "settings set", **{"announce-channel": plain}))
    assert f"→ **<#{plain}>**" in text_of(taken), "there are no embeds in announcements"
