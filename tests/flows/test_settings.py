"""A manager changes the server's settings, and the very next thing that happens obeys them."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
import redis

from project.wire import keys
from simulator.control_client import wait_for
from simulator.stack import Stack
from tests.flows.conftest import Room, text_of
from tests.flows.test_surface import acknowledged, act

LONG = "440 Hz Test Tone"
MANAGER = "Olivia"


@pytest.fixture
def guild(room: Room) -> dict[str, Any]:
    """What Discord knows of the room's server; its owner joins the cast."""
    found: dict[str, Any] = next(known for known in room.control.get("/guilds") if known["id"] == room.guild_id)
    room.members[MANAGER] = found["owner"]["id"]
    return found


def settings(room: Room, line: str, who: str = MANAGER, **options: Any) -> str:
    """`/settings …`, whose answer only the manager sees."""
    named = {name.replace("_", "-"): value for name, value in options.items()}
    return room.refusal(who, f"settings {line}", **named)


def role(guild: dict[str, Any], name: str) -> str:
    return str(next(one["id"] for one in guild["roles"] if one["name"] == name))


def rows(stack: Stack, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(stack.database_url) as connection:
        return connection.execute(query, values).fetchall()


def suggested(room: Room, words: str) -> list[str]:
    """Titles that Alice is shown while she types."""
    typed = act(room, "Alice", "autocomplete", name="play", options={"query": words})
    answer = wait_for(lambda: acknowledged(room, typed), "choices")
    return [choice["name"] for choice in answer["choices"]]


def test_with_a_dj_role_only_djs_skip(room: Room, guild: dict[str, Any]) -> None:
    for name in ("Alice", "Bob", "Charlie"):
        room.join(name)
    room.slash("Charlie", "play", query=LONG)
    dj = role(guild, "DJ")
    assert settings(room, "set", dj_role=dj).startswith(f"DJ role: none → **<@&{dj}>**.")
    assert f"<@&{dj}>" in room.refusal("Bob", "pause")
    settings(room, "set", voteskip_threshold=60)
    assert "1 of 2" in text_of(room.slash("Bob", "skip")), "who may not skip alone has a vote"
    assert "Skipped" in text_of(room.slash("Alice", "skip"))
    assert "none" in settings(room, "reset", setting="dj-role")
    room.slash("Charlie", "play", query=LONG)
    assert "Skipped" in text_of(room.slash("Bob", "skip"))


def test_the_servers_language_is_spoken_at_once(room: Room, guild: dict[str, Any]) -> None:
    room.join("Alice")
    assert "**español**" in settings(room, "set", language="es")
    assert "Suena ahora" in text_of(room.slash("Alice", "play", query=LONG))
    assert "Ajustes de este servidor" in settings(room, "show")
    assert "each member's own" in settings(room, "set", language="auto")
    assert "Paused" in text_of(room.slash("Alice", "pause"))


def test_the_gateway_speaks_the_servers_language_even_after_an_emptied_redis(
    room: Room, guild: dict[str, Any], stack: Stack
) -> None:
    room.join("Alice")
    settings(room, "set", language="es")
    with redis.Redis.from_url(stack.redis_url, decode_responses=True) as client:
        known = keys.guild_ui(int(room.guild_id))
        assert client.hgetall(known) == {"locale": "es"}
        client.delete(known)
        settings(room, "set", dj_only=True)
        assert client.hgetall(known) == {"locale": "es"}


def test_an_empty_channel_is_left_at_once_if_the_server_wants_that(room: Room, guild: dict[str, Any]) -> None:
    room.join("Alice")
    room.slash("Alice", "play", query=LONG)
    wait_for(lambda: room.ears()["connected"], "the bot in the channel")
    assert "after 5 minutes → **at once**" in settings(room, "set", leave_when_empty=0)
    room.leave("Alice")
    wait_for(lambda: not room.ears()["connected"], "the bot to leave")
    assert LONG in text_of(room.slash("Alice", "queue"))


def test_who_shortens_the_wait_in_an_empty_channel_ends_it(room: Room, guild: dict[str, Any], stack: Stack) -> None:
    room.join("Alice")
    room.slash("Alice", "play", query=LONG)
    wait_for(lambda: room.ears()["connected"], "the bot in the channel")
    settings(room, "set", pause_when_empty=True)
    room.leave("Alice")
    paused = "SELECT 1 FROM players WHERE guild_id = %s AND paused"
    wait_for(lambda: rows(stack, paused, int(room.guild_id)), "the pause")
    settings(room, "set", leave_when_empty=0)
    wait_for(lambda: not room.ears()["connected"], "the bot to leave")


def test_members_who_do_not_manage_the_server_change_nothing(room: Room, guild: dict[str, Any], stack: Stack) -> None:
    assert "manage this server" in settings(room, "set", who="Bob", dj_only=True)
    assert rows(stack, "SELECT dj_only FROM guild_settings WHERE guild_id = %s", int(room.guild_id)) == []


def test_a_doubled_interaction_changes_once(room: Room, guild: dict[str, Any], stack: Stack) -> None:
    body = {
        "guild_id": room.guild_id,
        "channel_id": room.text_id,
        "user_id": room.members[MANAGER],
        "type": "slash",
        "name": "settings blocklist add",
        "options": {"kind": "word", "text": "Interlude"},
        "repeat": 3,
    }
    room.control.answer(room.control.post("/interactions", body)["interaction_id"])
    assert "blocked already" in settings(room, "blocklist add", kind="word", text="interlude")
    blocked = rows(stack, "SELECT blocklist FROM guild_settings WHERE guild_id = %s", int(room.guild_id))
    assert blocked == [({"word": ["interlude"]},)]
    kinds = rows(stack, "SELECT kind, count(*) FROM commands WHERE guild_id = %s GROUP BY kind", int(room.guild_id))
    assert kinds == [("settings_blocklist", 2)]


def test_what_is_blocked_or_from_a_forbidden_source_is_not_played(room: Room, guild: dict[str, Any]) -> None:
    room.join("Alice")
    assert any("Short Interlude" in name for name in suggested(room, "short in"))
    settings(room, "blocklist add", kind="word", text="interlude")
    assert "blocklist" in room.refusal("Alice", "play", query="Short Interlude")
    assert "blocklist" in room.refusal("Alice", "search", query="Short Interlude")
    assert not any("Interlude" in name for name in suggested(room, "short in"))
    settings(room, "blocklist remove", kind="word", text="interlude")
    room.slash("Alice", "play", query="Short Interlude")
    settings(room, "source", source="soundcloud", allowed=False)
    assert "does not allow tracks from" in room.refusal("Alice", "play", query=LONG)


def test_private_answers_and_a_members_share(room: Room, guild: dict[str, Any]) -> None:
    room.join("Alice")
    room.join("Bob")
    room.slash("Alice", "play", query=LONG)
    settings(room, "set", max_tracks=1)
    room.slash("Bob", "play", query=LONG)
    assert "all that this server allows" in room.refusal("Bob", "play", query=LONG)
    settings(room, "set", private_answers=True)
    answers = (room.control.answer(room.send("Alice", "queue")) for _ in range(100))
    wait_for(lambda: next(answers)["ephemeral"], "a private answer", pause=1)


def test_settings_are_quick_and_seen_by_operators(room: Room, guild: dict[str, Any], stack: Stack) -> None:
    command = room.send(MANAGER, "settings show")
    answer = room.control.answer(command)
    assert (answer["ephemeral"], answer["deferred"]) == (True, False)
    assert "/settings set dj-role" in text_of(answer)
    changed = room.send(MANAGER, "settings set", **{"default-volume": 50})
    room.control.answer(changed)
    words = stack.services["worker"].log_path.read_text(encoding="utf-8").splitlines()
    logged = [json.loads(line) for line in words if changed in line]
    assert {"Received command", "Publishing UI update"} <= {line["event"] for line in logged}
