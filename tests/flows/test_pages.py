"""What is longer than a message: pages that are turned where they stand, and files. Through every process."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest

from simulator.control_client import wait_for
from simulator.stack import Stack
from tests.flows.conftest import Room, text_of
from tests.flows.test_main_path import LONG, LONG_HZ, hears, queued
from tests.flows.test_surface import acknowledged, act, messages

MANY, PAGES = 48, 5
AT_ONCE = 24
"""As many as the free plan lets one import bring."""


@pytest.fixture
def playing(stack: Stack, room: Room) -> Room:
    """Alice listens to the long tone; many more of it wait."""
    room.join("Alice")
    room.slash("Alice", "play", query=LONG)
    for _ in range(MANY // AT_ONCE):
        room.slash("Alice", "queue-import", text=";".join([LONG] * AT_ONCE))
    assert hears(room, LONG_HZ)
    wait_for(lambda: len(queued(stack, room)) == MANY, "the whole queue")
    return room


def turn(room: Room, who: str, message_id: str, page: int) -> dict[str, Any]:
    """A member turns the queue that is shown to a page; the message then."""
    act(room, who, "button", custom_id=f"segue:queue_page:{room.guild_id}:{page}", message_id=message_id)

    def turned() -> dict[str, Any] | None:
        message = next(one for one in messages(room) if one["id"] == message_id)
        return message if f"Page {page} of {PAGES}" in json.dumps(message["embeds"]) else None

    found: dict[str, Any] = wait_for(turned, f"page {page}")
    return found


def test_anybody_turns_the_pages_of_the_queue_where_it_stands(playing: Room) -> None:
    shown = playing.slash("Charlie", "queue", page=PAGES - 2)
    before = len(messages(playing))
    assert "`40.`" in text_of(turn(playing, "Bob", shown["message_id"], PAGES - 1))
    last = turn(playing, "Charlie", shown["message_id"], PAGES)
    assert f"`{MANY}.`" in text_of(last)
    assert [button["disabled"] for button in last["components"][0]["components"]] == [False, True]
    turn(playing, "Bob", shown["message_id"], PAGES - 1)
    assert len(messages(playing)) == before


def test_a_page_that_is_no_more_shows_the_last_one(playing: Room) -> None:
    shown = playing.slash("Charlie", "queue", page=2)
    playing.slash("Alice", "remove", position=f"11-{MANY}")
    pressed = act(
        playing,
        "Bob",
        "button",
        custom_id=f"segue:queue_page:{playing.guild_id}:3",
        message_id=shown["message_id"],
    )
    assert acknowledged(playing, pressed)["callback_type"] in (6, 7)
    wait_for(lambda: "Page 1 of 1" in json.dumps(playing.control.get(f"/interactions/{pressed}")), "the last page")


def test_a_long_queue_is_a_file_that_can_be_imported(stack: Stack, playing: Room) -> None:
    playing.control.answer(playing.send("Charlie", "queue-export"))
    shown = playing.control.get(f"/messages/{playing.text_id}?ephemeral=1")[0]
    (file,) = shown["attachments"]
    assert (file["filename"], f"{MANY + 1} tracks" in shown["content"]) == ("queue.txt", True)
    with urllib.request.urlopen(file["url"]) as answer:  # noqa: S310 # the simulator's
        text = answer.read().decode()
    assert text.count("\n") == MANY + 1
    playing.slash("Alice", "clear")
    upload = {"name": "queue.txt", "filename": "queue.txt", "content": text}
    imported = act(playing, "Alice", "slash", name="queue-import", options={"file": "queue.txt"}, attachments=[upload])
    playing.control.answer(imported)
    wait_for(lambda: queued(stack, playing)[:AT_ONCE] == [LONG] * AT_ONCE, "the file's tracks")
