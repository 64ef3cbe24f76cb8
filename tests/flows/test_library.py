"""Members keep what they hear: it outlives restarts, others play what is shared, and nothing happens twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.control_client import ControlClient, wait_for
from simulator.stack import Stack
from tests.flows.conftest import Room, found_room, text_of
from tests.flows.test_main_path import LONG, LONG_HZ, SHORT, hears, queued, rows
from tests.flows.test_surface import act, offered, player

JOY = "Ode to Joy"


def asked(room: Room, who: str, line: str, *, repeat: int = 1, **options: Any) -> dict[str, Any]:
    """A member's command and what the member then sees of it."""
    body = {
        "guild_id": room.guild_id,
        "channel_id": room.text_id,
        "user_id": room.members[who],
        "type": "slash",
        "name": line,
        "options": options,
        "repeat": repeat,
    }
    return room.control.answer(room.control.post("/interactions", body)["interaction_id"])


def told(room: Room, who: str, line: str, **options: Any) -> str:
    """What a member is told about their library, who alone sees it."""
    answer = asked(room, who, line, **options)
    assert answer["ephemeral"], answer
    return text_of(answer)


def public(room: Room, who: str, line: str, *, repeat: int = 1, **options: Any) -> str:
    """What everybody sees of what a member plays."""
    answer = asked(room, who, line, repeat=repeat, **options)
    assert not answer["ephemeral"], answer
    return text_of(answer)


def kept(stack: Stack, room: Room, name: str) -> int:
    """How many tracks Alice's playlist has."""
    query = """SELECT count(*) FROM playlists p JOIN playlist_tracks t ON t.playlist_id = p.id
        WHERE p.owner_id = %s AND p.name = %s"""
    ((count,),) = rows(stack, query, int(room.members["Alice"]), name)
    return int(count)


@pytest.fixture
def other_room(control: ControlClient) -> Iterator[Room]:
    """A second guild; the bot is removed from it at the end."""
    made = found_room(control)
    yield made
    control.delete(f"/guilds/{made.guild_id}")


@pytest.fixture
def playing(room: Room) -> Room:
    """Alice listens to the long tone; two more wait."""
    room.join("Alice")
    for title in (LONG, SHORT, JOY):
        room.slash("Alice", "play", query=title)
    assert hears(room, LONG_HZ)
    return room


def test_a_queue_that_was_kept_outlives_a_restart_and_is_played_by_another_member(playing: Room, stack: Stack) -> None:
    room = playing
    assert "Created the playlist *Evening*" in told(room, "Alice", "playlist create", name="Evening")
    assert "Added 3 tracks to *Evening*" in told(room, "Alice", "playlist add-queue", name="evening")
    room.slash("Alice", "stop")
    room.join("Bob")
    assert "no playlist *Evening*" in told(room, "Bob", "playlist play", name="Evening")
    for child in stack.audio_children():
        os.kill(child["pid"], signal.SIGKILL)
    assert "Everyone in this server" in told(room, "Alice", "playlist share", name="Evening")
    answer = public(room, "Bob", "playlist play", name="evening")
    assert "3 tracks" in answer
    assert "Evening" in answer
    assert hears(room, LONG_HZ)
    assert [SHORT in title or JOY in title for title in queued(stack, room)] == [True, True]


def test_a_share_code_works_in_another_server(playing: Room, stack: Stack, other_room: Room) -> None:
    told(playing, "Alice", "playlist create", name="Tour")
    told(playing, "Alice", "playlist add", name="Tour", query=LONG)
    told(playing, "Alice", "playlist share", **{"name": "Tour", "with": "code"})
    ((code,),) = rows(stack, "SELECT share_code FROM playlists WHERE guild_id = %s", int(playing.guild_id))
    other_room.join("Charlie")
    assert "Tour" in public(other_room, "Charlie", "playlist play", name=code)
    assert hears(other_room, LONG_HZ)


def test_a_doubled_interaction_keeps_once(playing: Room, stack: Stack) -> None:
    told(playing, "Alice", "playlist create", name="Once")
    asked(playing, "Alice", "playlist add", repeat=3, name="Once", query=JOY)
    assert kept(stack, playing, "Once") == 1
    before = len(queued(stack, playing))
    public(playing, "Alice", "playlist play", repeat=3, name="Once")
    playing.slash("Alice", "queue")
    assert len(queued(stack, playing)) == before + 1


def test_the_button_keeps_what_plays_and_lets_go_of_it(playing: Room) -> None:
    room = playing

    def press(who: str) -> str:
        wait_for(lambda: "favourite" in offered(room), "the button")
        message, custom_id = player(room), offered(room)["favourite"]
        answer = room.control.answer(act(room, who, "button", custom_id=custom_id, message_id=message["id"]))
        assert answer["ephemeral"]
        return text_of(answer)

    assert f"*{LONG}* is one of your favourites now" in press("Bob")
    assert LONG in told(room, "Bob", "favourite list")
    assert "no favourites yet" in told(room, "Alice", "favourite list")
    room.join("Bob")
    assert LONG in public(room, "Bob", "favourite play")
    assert f"*{LONG}* is no longer" in press("Bob")
    assert "no favourites yet" in told(room, "Bob", "favourite list")


def test_history_tells_what_was_played_and_for_whom(playing: Room) -> None:
    room = playing
    room.slash("Alice", "skip")
    wait_for(lambda: SHORT in told(room, "Bob", "history"), "the second track in the history")
    shown = told(room, "Bob", "history")
    assert shown.index(SHORT) < shown.index(LONG)
    assert JOY not in shown, "it has not begun"
    assert f"<@{room.members['Alice']}>" in shown
    assert "Nothing was played" in told(room, "Bob", "history", member=room.members["Bob"])


def test_what_is_exported_is_imported_again(playing: Room) -> None:
    told(playing, "Alice", "playlist create", name="From")
    told(playing, "Alice", "playlist add-queue", name="From")
    text = told(playing, "Alice", "playlist export", name="From").split("```")[1].strip()
    assert len(text.splitlines()) == 3
    lines = {"name": "To", "text": text.replace("\n", ";")}
    interaction = act(playing, "Alice", "slash", name="playlist import", options=lines)
    begun = playing.control.answer(interaction)
    assert begun["ephemeral"]
    assert "*To*" in text_of(begun)

    def made() -> bool:
        return "Made the playlist *To* of 3 tracks." in str(
            playing.control.get(f"/interactions/{interaction}")["content"]
        )

    assert wait_for(made, "the end of the import")
