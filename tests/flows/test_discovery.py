"""What follows by itself, whose turn it is, how it sounds, and finding: through every process, judged by ears."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
import redis

from simulator.control_client import wait_for
from simulator.stack import Stack
from tests.flows.conftest import Room, text_of
from tests.flows.test_main_path import LONG, LONG_HZ, SHORT, SHORT_HZ, hears, queued, rows
from tests.flows.test_surface import acknowledged, act, offered, player, press, shows


@pytest.fixture
def playing(stack: Stack, room: Room) -> Room:
    """Alice and Bob listen to the long tone, on a plan that has everything; nothing waits."""
    room.join("Alice")
    room.join("Bob")
    room.slash("Alice", "play", query=LONG)
    with psycopg.connect(stack.database_url, autocommit=True) as database:
        wait_for(lambda: _upgrade(database, room.guild_id), "the guild's plan")
    with redis.Redis.from_url(stack.redis_url) as broker:
        broker.publish("discord-bot:events", json.dumps({"type": "subscriptionUpgraded", "guildId": room.guild_id}))
    assert hears(room, LONG_HZ)
    return room


def _upgrade(database: psycopg.Connection[Any], guild_id: str) -> bool:
    statement = """UPDATE subscriptions SET tier='PREMIUM', status='ACTIVE',
        "currentPeriodEnd"=NOW() + INTERVAL '30 days' WHERE "guildId"=%s"""
    return database.execute(statement, [guild_id]).rowcount == 1


def current(stack: Stack, room: Room) -> tuple[int, str]:
    """Who asked for what plays, and its title."""
    query = "SELECT requester_id, track->>'title' FROM queue_entries WHERE guild_id = %s AND status = 'current'"
    found: tuple[int, str] = wait_for(lambda: rows(stack, query, int(room.guild_id)), "something that plays")[0]
    return found


def alone(room: Room, who: str, slash: str, **options: Any) -> dict[str, Any]:
    """A slash command whose answer is for the member alone."""
    answer = room.control.answer(act(room, who, "slash", name=slash, options=options))
    assert answer["ephemeral"]
    return answer


def test_autoplay_goes_on_with_the_same_artist(stack: Stack, playing: Room) -> None:
    assert "same artist" in text_of(playing.slash("Alice", "autoplay", mode="artist"))
    playing.slash("Alice", "skip")
    assert shows(playing, "Autoplay", "Segue Laboratory")
    requester, title = current(stack, playing)
    assert requester == 0
    assert title != LONG
    press(playing, "autoplay")
    assert shows(playing, "same kind")
    assert "music ends" in text_of(playing.slash("Alice", "autoplay", mode="off"))


def test_pitch_speed_and_equalizer_are_heard_and_shown(playing: Room) -> None:
    playing.slash("Alice", "pitch", percent=150)
    assert hears(playing, LONG_HZ * 1.5)
    playing.slash("Alice", "speed", percent=125)
    playing.slash("Alice", "equalizer", band="1", gain=25)
    assert shows(playing, "125 % · 150 %", "25 Hz: +25 %")
    playing.slash("Alice", "filter", preset="off")
    assert hears(playing, LONG_HZ)


def test_those_who_ask_take_turns(stack: Stack, playing: Room) -> None:
    for who, title in (("Alice", "Greensleeves"), ("Alice", "Ode to Joy"), ("Bob", SHORT)):
        playing.slash(who, "play", query=title)
    assert queued(stack, playing)[-1] == SHORT
    playing.slash("Alice", "fairqueue", mode="on")
    assert queued(stack, playing)[0] == SHORT
    assert shows(playing, "taking turns")
    playing.slash("Alice", "fairqueue", mode="off")
    assert queued(stack, playing)[0] == SHORT


def test_what_is_picked_from_a_search_plays(stack: Stack, room: Room) -> None:
    room.join("Alice")
    found = alone(room, "Alice", "search", query="short inter", source="youtube")
    (menu,) = found["components"][0]["components"]
    value = next(option["value"] for option in menu["options"] if SHORT in option["label"])
    chosen = {"custom_id": menu["custom_id"], "message_id": found["message_id"], "values": [value]}
    told = room.control.answer(act(room, "Alice", "select", **chosen))
    assert SHORT in json.dumps(told)
    assert hears(room, SHORT_HZ)
    assert current(stack, room) == (int(room.members["Alice"]), SHORT)


def test_a_link_in_a_message_is_played_from_its_menu(room: Room) -> None:
    room.join("Bob")
    found = alone(room, "Charlie", "search", query=SHORT)
    link = found["components"][0]["components"][0]["options"][0]["value"]
    said = {"channel_id": room.text_id, "user_id": room.members["Alice"], "content": f"Listen to this: <{link}>!"}
    message = room.control.post("/messages", said)
    used = act(room, "Bob", "message_menu", name="Play this", message_id=message["message_id"])
    assert SHORT in text_of(room.control.answer(used))
    assert hears(room, SHORT_HZ)
    said["content"] = "just words"
    message = room.control.post("/messages", said)
    used = act(room, "Bob", "message_menu", name="Play this", message_id=message["message_id"])
    assert "no link" in text_of(room.control.answer(used))


def test_a_queue_is_taken_out_and_in_again_by_text_and_by_file(stack: Stack, room: Room) -> None:
    room.join("Alice")
    for title in (LONG, SHORT, "Greensleeves"):
        room.slash("Alice", "play", query=title)
    text = text_of(alone(room, "Charlie", "queue-export"))
    lines = text.split("```")[1].strip().splitlines()
    assert len(lines) == 3
    room.slash("Alice", "clear")
    assert "2 tracks" in text_of(room.slash("Alice", "queue-import", text=" ".join(lines[1:])))
    assert queued(stack, room) == [SHORT, "Greensleeves"]
    room.slash("Alice", "clear")
    answer = room.control.answer(imported(room, "\n".join(["# my list", *lines[1:], "nothing has this name qqq"])))
    assert "2 tracks" in text_of(answer)
    assert "1 line" in text_of(answer)
    assert queued(stack, room) == [SHORT, "Greensleeves"]
    assert "256 KiB" in text_of(room.control.answer(imported(room, "x" * 300_000)))


def imported(room: Room, content: str) -> str:
    """Alice imports a file; the interaction's id."""
    upload = {"name": "list.txt", "filename": "list.txt", "content": content}
    return act(room, "Alice", "slash", name="queue-import", options={"file": "list.txt"}, attachments=[upload])


def test_help_is_in_the_members_language(room: Room) -> None:
    assert "**/autoplay**" in text_of(alone(room, "Charlie", "help"))
    assert "`mode`" in text_of(alone(room, "Charlie", "help", command="autoplay"))
    spanish = acknowledged(room, act(room, "Charlie", "slash", name="help", options={}, locale="es-ES"))
    assert "Lo que puedo hacer" in text_of(spanish)


def test_the_player_message_has_the_button(playing: Room) -> None:
    assert "♾️" in json.dumps(player(playing)["components"], ensure_ascii=False)


def test_lyrics_of_what_plays_and_of_another_song(playing: Room) -> None:
    assert LONG in text_of(alone(playing, "Bob", "lyrics")), "a tone has no words, and the member is told"
    (words,) = alone(playing, "Charlie", "lyrics", query="Greensleeves")["embeds"]
    assert words["title"] == "Greensleeves"
    assert "Alas, my love" in words["description"]
    assert "Lyrics: Segue's catalogue" in words["footer"]["text"]
    button = act(playing, "Bob", "button", custom_id=offered(playing)["lyrics"], message_id=player(playing)["id"])
    state = f"/interactions/{button}"
    assert wait_for(lambda: "no lyrics of" in json.dumps(playing.control.get(state)), "the button's answer")
