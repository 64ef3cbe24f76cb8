"""The player message through what happens around it: another text channel, a kick, a stop, a killed worker."""

from __future__ import annotations

import json
import os
import signal
from typing import Any

import pytest

from simulator.control_client import wait_for
from simulator.stack import Stack
from tests.flows.conftest import Room, text_of
from tests.flows.test_main_path import LONG, LONG_HZ, SHORT, SHORT_HZ, hears
from tests.flows.test_surface import acknowledged, act, shows


def written(room: Room, channel_id: str) -> list[dict[str, Any]]:
    """What the bot wrote in a channel without being asked, newest first: no answers to commands."""
    shown = room.control.get(f"/messages/{channel_id}")
    return [message for message in shown if message["command"] is None and message["embeds"]]


def one_saying(room: Room, *words: str, channel_id: str | None = None) -> dict[str, Any]:
    """The only player message of a channel, as soon as it says all of these."""

    def look() -> dict[str, Any] | None:
        found = written(room, channel_id or room.text_id)
        said = json.dumps(found[0]["embeds"], ensure_ascii=False) if len(found) == 1 else ""
        return found[0] if said and all(word in said for word in words) else None

    found: dict[str, Any] = wait_for(look, f"one player message with {words}")
    return found


def actions(message: dict[str, Any]) -> list[str]:
    """What its buttons are for."""
    return [part["custom_id"].split(":")[1] for row in message["components"] for part in row["components"]]


@pytest.fixture
def playing(room: Room) -> Room:
    """Alice listens to the long tone; the short one waits."""
    room.join("Alice")
    room.slash("Alice", "play", query=LONG)
    room.slash("Alice", "play", query=SHORT)
    assert hears(room, LONG_HZ)
    one_saying(room, LONG, SHORT)
    return room


def test_it_follows_to_the_channel_where_music_was_asked_for_last(playing: Room) -> None:
    room = playing
    other = room.control.post("/channels", {"guild_id": room.guild_id, "name": "music", "type": "text"})["id"]
    place = {"guild_id": room.guild_id, "channel_id": other}
    room.control.answer(room.control.slash(place, room.members["Alice"], "play", query="Ode to Joy"))
    one_saying(room, LONG, "Ode to Joy", channel_id=other)
    wait_for(lambda: not written(room, room.text_id), "the old message to go")


def test_kicked_it_says_so_and_so_does_everything_else(playing: Room, stack: Stack) -> None:
    room, bot = playing, stack.simulator["application_id"]
    room.control.post("/voice", {"guild_id": room.guild_id, "user_id": bot, "channel_id": None})
    message = wait_for(
        lambda: next((one for one in written(room, room.text_id) if "disconnected" in json.dumps(one["embeds"])), None),
        "a player message that says it was disconnected",
    )
    assert actions(message) == ["resume", "queue", "add"]
    assert "Waiting" in text_of(room.slash("Alice", "queue"))
    assert "disconnected" in text_of(room.slash("Alice", "nowplaying"))
    assert "Nothing is playing" in room.refusal("Alice", "pause")
    room.slash("Alice", "resume")
    one_saying(room, "Now playing", LONG)


def test_stopped_it_takes_the_next_track_by_its_form(playing: Room) -> None:
    before = one_saying(playing, LONG)["id"]
    playing.slash("Alice", "stop")
    after = one_saying(playing, "Nothing is playing")
    assert (after["id"], actions(after)) == (before, ["add"])
    form = acknowledged(playing, act(playing, "Alice", "button", custom_id=f"segue:add:{playing.guild_id}"))["modal"]
    fields = {"query": SHORT, "position": ["end"]}
    sent = act(playing, "Alice", "modal", custom_id=form["custom_id"], fields=fields)
    assert SHORT in text_of(playing.control.answer(sent))
    assert hears(playing, SHORT_HZ)
    assert shows(playing, "Now playing", SHORT)


def test_who_is_in_no_voice_channel_hears_why_the_form_does_nothing(playing: Room) -> None:
    form = acknowledged(playing, act(playing, "Charlie", "button", custom_id=f"segue:add:{playing.guild_id}"))["modal"]
    fields = {"query": SHORT, "position": ["now"]}
    answer = playing.control.answer(act(playing, "Charlie", "modal", custom_id=form["custom_id"], fields=fields))
    assert "Join a voice channel" in text_of(answer if answer["ephemeral"] else answer["followups"][0])
    assert hears(playing, LONG_HZ)


def test_a_killed_worker_changes_nothing_that_members_see(playing: Room, stack: Stack) -> None:
    before = one_saying(playing, LONG)
    for child in stack.audio_children():
        os.kill(child["pid"], signal.SIGKILL)
    playing.slash("Alice", "volume", level=70)
    after = one_saying(playing, "70 %")
    assert after["id"] == before["id"]
    assert hears(playing, LONG_HZ)
