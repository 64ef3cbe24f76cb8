"""Someone types a command and the channel hears it: the whole way, judged by ears, answers and PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from simulator.control_client import wait_for
from simulator.stack import Stack
from tests.flows.conftest import Room, text_of

LONG, LONG_HZ = "440 Hz Test Tone", 440.0
SHORT, SHORT_HZ = "Short Interlude", 523.25


def hears(room: Room, hz: float, seconds: float = 15) -> bool:
    def tone() -> bool:
        heard: float | None = room.ears()["tone_hz"]
        return heard is not None and abs(heard - hz) < 2

    return bool(wait_for(tone, f"{hz} Hz", seconds=seconds, pause=0.05))


def stands_still(room: Room) -> bool:
    """No frame comes any more."""
    frames = -1

    def still() -> bool:
        nonlocal frames
        before, frames = frames, int(room.ears()["frames"])
        return before == frames

    return bool(wait_for(still, "silence", pause=0.3))


def rows(stack: Stack, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(stack.database_url) as connection:
        return connection.execute(query, values).fetchall()


def queued(stack: Stack, room: Room) -> list[str]:
    query = "SELECT track->>'title' FROM queue_entries WHERE guild_id = %s AND status = 'queued' ORDER BY rank"
    return [row[0] for row in rows(stack, query, int(room.guild_id))]


def test_play_is_answered_stored_and_heard_without_a_lost_frame(stack: Stack, room: Room) -> None:
    room.join("Alice")
    answer = room.slash("Alice", "play", query=LONG)
    assert LONG in text_of(answer)
    assert not answer["ephemeral"]
    assert answer["deferred"] is False
    assert hears(room, LONG_HZ)
    wait_for(lambda: room.ears()["heard_ms"] > 3_000, "three seconds of sound")
    ears = room.ears()
    assert (ears["lost"], ears["max_gap_ms"], ears["channel_id"]) == (0, 20.0, room.voice_id)
    assert rows(stack, "SELECT kind FROM commands WHERE guild_id = %s", int(room.guild_id)) == [("play",)]


def test_the_next_track_follows_by_skip_and_by_itself(stack: Stack, room: Room) -> None:
    room.join("Alice")
    room.slash("Alice", "play", query=LONG)
    room.slash("Alice", "play", query=SHORT)
    room.slash("Alice", "play", query=LONG)
    assert queued(stack, room) == [SHORT, LONG]
    assert hears(room, LONG_HZ)
    answer = room.slash("Alice", "skip")
    assert SHORT in text_of(answer)
    assert hears(room, SHORT_HZ)
    assert queued(stack, room) == [LONG]
    room.control.reset_ears(room.guild_id)
    assert hears(room, LONG_HZ, seconds=40)
    assert room.ears()["lost"] == 0
    assert queued(stack, room) == []


def test_pause_and_resume_are_heard(room: Room) -> None:
    room.join("Bob")
    room.slash("Bob", "play", query=LONG)
    assert hears(room, LONG_HZ)
    assert "aused" in text_of(room.slash("Bob", "pause"))
    assert stands_still(room)
    frames = room.ears()["frames"]
    room.slash("Bob", "resume")
    wait_for(lambda: room.ears()["frames"] > frames + 20, "music again")
    assert room.ears()["lost"] == 0


def test_stop_clears_the_queue_and_leaves(stack: Stack, room: Room) -> None:
    room.join("Alice")
    room.slash("Alice", "play", query=LONG)
    room.slash("Alice", "play", query=SHORT)
    assert hears(room, LONG_HZ)
    room.slash("Alice", "stop")
    wait_for(lambda: not room.ears()["connected"], "the bot to leave")
    assert queued(stack, room) == []


def test_leave_keeps_the_queue_and_resume_brings_it_back(stack: Stack, room: Room) -> None:
    room.join("Alice")
    room.slash("Alice", "play", query=LONG)
    room.slash("Alice", "play", query=SHORT)
    assert hears(room, LONG_HZ)
    room.slash("Alice", "leave")
    wait_for(lambda: not room.ears()["connected"], "the bot to leave")
    assert queued(stack, room) == [SHORT]
    room.control.reset_ears(room.guild_id)
    room.slash("Alice", "resume")
    assert hears(room, LONG_HZ)


def test_join_comes_to_the_members_channel_and_follows_a_move(room: Room) -> None:
    room.join("Alice", room.other_voice_id)
    room.slash("Alice", "join")
    wait_for(lambda: room.ears()["connected"], "a voice connection")
    room.slash("Alice", "play", query=LONG)
    assert hears(room, LONG_HZ)
    bot = room.control.get("/guilds")[0]["bot_user_id"]
    room.control.post("/voice", {"guild_id": room.guild_id, "user_id": bot, "channel_id": room.voice_id})
    wait_for(lambda: room.ears()["channel_id"] == room.voice_id, "the bot in the other channel")
    frames = room.ears()["frames"]
    wait_for(lambda: room.ears()["frames"] > frames + 20, "music there")


def test_queue_lists_what_waits(room: Room) -> None:
    room.join("Alice")
    room.slash("Alice", "play", query=LONG)
    room.slash("Alice", "play", query=SHORT)
    listing = text_of(room.slash("Charlie", "queue"))
    assert LONG in listing
    assert SHORT in listing


def test_an_album_is_queued_with_all_its_tracks(stack: Stack, room: Room) -> None:
    room.join("Alice")
    answer = room.slash("Alice", "play", query="https://music.segue.example/album/test-signals")
    assert "Test Signals" in text_of(answer)
    counted = rows(stack, "SELECT count(*) FROM queue_entries WHERE guild_id = %s", int(room.guild_id))
    assert counted == [(2,)]


def test_a_local_file_plays_in_the_sandbox(room: Room, catalogue: Path) -> None:
    room.join("Alice")
    room.slash("Alice", "play", query=str(catalogue / "440-hz-test-tone.opus"))
    assert hears(room, LONG_HZ)


def test_a_doubled_interaction_happens_once(stack: Stack, room: Room) -> None:
    room.join("Alice")
    body = {
        "guild_id": room.guild_id,
        "channel_id": room.text_id,
        "user_id": room.members["Alice"],
        "type": "slash",
        "name": "play",
        "options": {"query": LONG},
        "repeat": 3,
    }
    room.control.answer(room.control.post("/interactions", body)["interaction_id"])
    room.slash("Alice", "play", query=SHORT)
    assert queued(stack, room) == [SHORT]


def test_commands_of_a_guild_keep_their_order(stack: Stack, room: Room) -> None:
    room.join("Alice")
    titles = ["Greensleeves", "Ode to Joy", "Canon in D", "Scarborough Fair", LONG]
    sent = [room.send("Alice", "play", query=title) for title in [LONG, *titles]]
    for interaction in sent:
        room.control.answer(interaction)
    found = queued(stack, room)
    assert [next(title for title in titles if title in name) for name in found] == titles


@pytest.mark.parametrize(
    ("log", "word"),
    [
        ("gateway", "INTERACTION_CREATE"),
        ("gateway", "VOICE_SERVER_UPDATE"),
        ("gateway", "Updating message"),
        ("audio", "Received command"),
        ("audio", "Publishing UI update"),
    ],
)
def test_an_operator_can_follow_a_command_through_the_logs(stack: Stack, room: Room, log: str, word: str) -> None:
    room.join("Alice")
    command = room.send("Alice", "play", query=LONG)
    room.control.answer(command)
    hears(room, LONG_HZ)

    def line() -> bool:
        lines = stack.services[log].log_path.read_text(encoding="utf-8").splitlines()
        wanted = room.guild_id if word == "VOICE_SERVER_UPDATE" else command
        return any(word in one and wanted in one for one in lines)

    assert wait_for(line, f"{word} in the {log} log")
