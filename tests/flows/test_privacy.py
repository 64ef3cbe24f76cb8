"""A member downloads all that is held of them and has it erased: afterwards nothing anywhere names them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import psycopg
import pytest
import redis

from project.celery import app
from project.task_queues import BACKGROUND_QUEUE
from project.wire.envelope import celery_message
from simulator.control_client import ControlClient, wait_for
from simulator.stack import Stack
from tests.flows.conftest import Room, text_of
from tests.flows.secret_search import database_now, redis_now
from tests.flows.test_api import Program, sign_in, visit
from tests.flows.test_billing import MANAGER, pay
from tests.flows.test_library import asked, told
from tests.flows.test_surface import act

LONG = "440 Hz Test Tone"
PLAYLIST = "Songs of the manager"
FEWER_COMMANDS_SECONDS = 5.5
"""A guild may not give more than ten commands in five seconds."""


@pytest.fixture
def database(flow_database: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(flow_database, autocommit=True) as connection:
        yield connection


def button(answer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = answer["components"][0]["components"][0]
    return found


def downloaded(room: Room, who: str) -> dict[str, Any]:
    """What the browser saves that follows the link of /privacy export."""
    status, headers, _ = visit(button(asked(room, who, "privacy export"))["url"])
    assert status == 302
    (cookie,) = SimpleCookie(headers["Set-Cookie"]).values()
    place = urlsplit(headers["Location"])
    form = {**dict(parse_qsl(place.query)), "user_id": room.members[who], "agreed": "yes"}
    _, headers, _ = visit(f"{place.scheme}://{place.netloc}{place.path}", urlencode(form).encode())
    status, headers, body = visit(headers["Location"], Cookie=f"{cookie.key}={cookie.coded_value}")
    assert (status, headers["Content-Disposition"]) == (200, 'attachment; filename="segue-my-data.json"')
    export: dict[str, Any] = json.loads(body)
    return export


def erase(room: Room, who: str) -> str:
    """Ask, press the button; what is said."""
    custom_id = button(asked(room, who, "privacy erase"))["custom_id"]
    return text_of(room.control.answer(act(room, who, "button", custom_id=custom_id, force=True)))


def done(stack: Stack, database: psycopg.Connection[Any]) -> bool:
    """Have the next pass made now instead of at its time; whether it was the last."""
    database.execute("UPDATE erase_requests SET next_at = now() WHERE done_at IS NULL")
    _, raw = celery_message(app, "privacy.begin", {}, BACKGROUND_QUEUE)
    with redis.Redis.from_url(stack.redis_url) as client:
        client.lpush(BACKGROUND_QUEUE, raw)
    row = database.execute("SELECT count(*) FROM erase_requests WHERE done_at IS NULL").fetchone()
    return row == (0,)


def places_with(stack: Stack, database: psycopg.Connection[Any], *texts: str) -> set[str]:
    """Tables and keys where one of them stands."""
    everywhere = {**database_now(database), **redis_now(stack.redis_url)}
    word = re.compile("|".join(rf"(?<!\d){text}(?!\d)" for text in texts))
    return {place for place, rows in everywhere.items() if word.search(place) or any(map(word.search, rows))}


def cancel_what_is_paid(control: ControlClient, room: Room, database: psycopg.Connection[Any]) -> None:
    (mine,) = [
        one for one in control.get("/stripe/objects/subscription") if one["metadata"]["guild_id"] == room.guild_id
    ]
    control.post(f"/stripe/subscriptions/{mine['id']}/cancel", {})
    query = """SELECT status FROM subscriptions WHERE "guildId" = %s"""
    wait_for(lambda: database.execute(query, [room.guild_id]).fetchone() == ("CANCELED",), "the plan's end")


def leave_traces(stack: Stack, room: Room) -> None:
    """In every way that members have."""
    room.join(MANAGER)
    room.join("Bob")
    room.slash(MANAGER, "play", query=LONG)
    room.slash(MANAGER, "play", query="Ode to Joy")
    told(room, MANAGER, "playlist create", name=PLAYLIST)
    told(room, MANAGER, "playlist add", name=PLAYLIST, query="Ode to Joy")
    told(room, MANAGER, "playlist share", name=PLAYLIST)
    told(room, MANAGER, "favourite add")
    _, login = sign_in(stack, room.members[MANAGER])
    person = Program(f"http://127.0.0.1:{stack.ports['api']}", login["token"])
    guild = f"guilds/{room.guild_id}"
    status, token = person.ask("POST", f"{guild}/tokens/", {"name": "Robot", "scopes": ["player:control"]})
    assert status == 201, token
    assert Program(person.base, token["token"]).ask("PATCH", f"{guild}/player", {"volume": 90})[0] == 200
    time.sleep(FEWER_COMMANDS_SECONDS)
    room.slash("Bob", "remove", position="1")
    room.slash(MANAGER, "play", query="Ode to Joy")


def test_a_member_is_handed_everything_and_then_forgotten_while_the_music_goes_on(
    stack: Stack, room: Room, control: ControlClient, database: psycopg.Connection[Any]
) -> None:
    pay(control, room)
    query = """SELECT tier FROM subscriptions WHERE "guildId" = %s"""
    wait_for(lambda: database.execute(query, [room.guild_id]).fetchone() == ("PREMIUM",), "the paid plan")
    leave_traces(stack, room)
    member = room.members[MANAGER]
    known = places_with(stack, database, member)
    assert {f"table {name}" for name in (
        "api_tokens", "billing_events", "commands", "favourites", "history", "logins", "payer_customers", "playlists",
        "queue_entries", "djstripe_event",
    )} <= known  # fmt: skip
    export = downloaded(room, MANAGER)
    assert [one["name"] for one in export["playlists"]] == [PLAYLIST]
    assert len(export["history"]) == 1
    assert {one["action"] for one in export["billing"]["actions"]} == {"checkout"}
    assert "Cancel it with `/premium manage`" in text_of(asked(room, MANAGER, "privacy erase"))
    cancel_what_is_paid(control, room, database)
    before = room.ears()["frames"]
    assert "I am deleting" in erase(room, MANAGER)
    wait_for(lambda: done(stack, database), "the erasure's end", seconds=60)
    wait_for(lambda: room.ears()["frames"] > before, "music that goes on")
    titles = database.execute("SELECT track->>'title' FROM queue_entries WHERE guild_id = %s", [room.guild_id])
    assert sorted(title for (title,) in titles) == [LONG, "Ode to Joy"]
    room.leave(MANAGER)
    voice = f"redis voice:{room.guild_id}"
    wait_for(lambda: places_with(stack, database, member) <= {voice, "redis flower"}, "nothing that names the member")
    customers = [one["metadata"] for one in control.get("/stripe/objects/customer") if not one.get("deleted")]
    assert member not in json.dumps(customers)


@pytest.mark.parametrize("process", ["gateway", "audio", "api", "worker", "beat", "flower"])
def test_no_log_names_a_member(stack: Stack, room: Room, process: str) -> None:
    room.join("Alice")
    room.slash("Alice", "play", query=LONG)
    told(room, "Alice", "favourite list")
    told(room, "Alice", "privacy erase")
    log = stack.services[process].log_path.read_text(encoding="utf-8")
    assert [name for name, member in room.members.items() if member in log] == []
