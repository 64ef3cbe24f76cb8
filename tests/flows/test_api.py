"""Somebody signs in, makes a token, and a program controls what the channel hears and sees every change."""

from __future__ import annotations

import http.client
import json
import re
import threading
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import psycopg
import pytest

from simulator.control_client import wait_for
from simulator.stack import Stack
from tests.flows.conftest import Room
from tests.flows.test_library import public
from tests.flows.test_metrics import fetch, value_of

LONG = "440 Hz Test Tone"
OWNER = "Olivia"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def visit(url: str, data: bytes | None = None, **headers: str) -> tuple[int, Any, bytes]:
    """Status, headers and body; no redirect is followed."""
    request = urllib.request.Request(url, data, headers)  # noqa: S310 # loopback
    try:
        with _opener.open(request, timeout=15) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


@dataclass
class Program:
    """What has a token."""

    base: str
    token: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON."""
        request = urllib.request.Request(  # noqa: S310 # loopback
            f"{self.base}/api/v1/{path}",
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers},
            method=method,
        )
        try:
            with _opener.open(request, timeout=15) as answer:
                raw = answer.read()
                return answer.status, json.loads(raw) if raw else None
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def order(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """The same for what a player or the desk carries out: not done yet, it is asked again under the same key."""
        key = headers.pop("Idempotency-Key", uuid.uuid4().hex)

        def asked() -> tuple[int, Any] | None:
            status, said = self.ask(method, path, body, **headers, **{"Idempotency-Key": key})
            return None if status in {202, 503} else (status, said)

        ended: tuple[int, Any] = wait_for(asked, f"the end of {method} {path}")
        return ended


@dataclass
class Listener:
    """Reads a guild's events in a thread until it is closed."""

    program: Program
    path: str
    last_id: str | None = None
    events: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    """id, name, data"""

    def __post_init__(self) -> None:
        place = urlsplit(self.program.base)
        self._connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
        resume = {"Last-Event-ID": self.last_id} if self.last_id else {}
        headers = {"Authorization": f"Bearer {self.program.token}", **resume}
        self._connection.request("GET", f"/api/v1/{self.path}", headers=headers)
        self._answer = self._connection.getresponse()
        assert self._answer.status == 200, self._answer.read()
        assert self._answer.headers["Content-Type"].startswith("text/event-stream")
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hang up."""
        if self._connection.sock is not None:
            self._connection.sock.shutdown(2)
        self._thread.join(5)
        self._connection.close()

    def _read(self) -> None:
        event: dict[str, str] = {}
        try:
            for raw in self._answer:
                line = raw.decode().rstrip("\n")
                if line:
                    name, _, value = line.partition(": ")
                    event[name] = value
                    continue
                if "data" in event:
                    self.events.append((event["id"], event["event"], json.loads(event["data"])))
                event = {}
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            return  # hung up


@pytest.fixture
def owner(room: Room) -> str:
    found = next(known for known in room.control.get("/guilds") if known["id"] == room.guild_id)
    return str(found["owner"]["id"])


def sign_in(stack: Stack, user_id: str) -> tuple[int, dict[str, Any]]:
    """As a browser does: to Discord, where the person agrees, and back."""
    base = f"http://127.0.0.1:{stack.ports['api']}"
    status, headers, _ = visit(base + "/api/v1/login")
    assert status == 302
    (cookie,) = SimpleCookie(headers["Set-Cookie"]).values()
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    place = urlsplit(headers["Location"])
    assert visit(headers["Location"])[0] == 200
    form = {**dict(parse_qsl(place.query)), "user_id": user_id, "agreed": "yes"}
    status, headers, _ = visit(f"{place.scheme}://{place.netloc}{place.path}", urlencode(form).encode())
    assert status == 302
    assert visit(headers["Location"])[0] == 422, "another browser's login is refused"
    status, _, body = visit(headers["Location"], Cookie=f"{cookie.key}={cookie.coded_value}")
    return status, json.loads(body)


@pytest.fixture
def person(stack: Stack, room: Room, owner: str) -> Program:
    """The guild's owner, signed in; the guild's plan allows any number of requests."""
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.execute(
            'INSERT INTO subscriptions ("guildId", tier) VALUES (%s, %s) ON CONFLICT ("guildId") DO UPDATE '
            "SET tier = excluded.tier",
            (int(room.guild_id), "ENTERPRISE"),
        )
    status, login = sign_in(stack, owner)
    assert status == 200, login
    assert room.guild_id in login["guild_ids"]
    return Program(f"http://127.0.0.1:{stack.ports['api']}", login["token"])


@pytest.fixture
def program(person: Program, room: Room) -> Program:
    """A program with a token that the owner has made."""
    status, made = person.ask(
        "POST",
        f"guilds/{room.guild_id}/tokens/",
        {"name": "Robot", "scopes": ["player:read", "player:control", "queue:write"]},
    )
    assert status == 201, made
    return Program(person.base, made["token"])


@pytest.fixture
def listening(program: Program, room: Room) -> Iterator[list[Listener]]:
    """Listeners that a test opens are closed at its end."""
    opened: list[Listener] = []
    yield opened
    for listener in opened:
        listener.close()


def test_a_program_adds_and_skips_and_the_channel_hears_it(program: Program, room: Room) -> None:
    room.join("Alice")
    guild = f"guilds/{room.guild_id}"
    status, problem = program.order("POST", f"{guild}/queue", {"query": LONG})
    assert (status, problem["reason"]) == (409, "not_connected")
    status, said = program.order("POST", f"{guild}/queue", {"query": LONG, "voice_channel_id": room.voice_id})
    assert (status, said["outcome"]["type"]) == (200, "added"), said
    wait_for(lambda: room.ears()["connected"], "the bot in the channel")
    first = program.ask("GET", f"{guild}/player")[1]["current"]
    assert (first["title"], first["requester_name"]) == (LONG, "Robot")
    program.order("POST", f"{guild}/queue", {"query": LONG})
    status, said = program.order("POST", f"{guild}/player/skip", {"entry": first["id"]}, **{"Idempotency-Key": "k1"})
    assert (status, said["outcome"]["type"]) == (200, "skipped")
    assert program.ask("POST", f"{guild}/player/skip", {"entry": first["id"]}, **{"Idempotency-Key": "k1"})[1] == said
    second = program.ask("GET", f"{guild}/player")[1]["current"]
    assert second["id"] != first["id"]
    status, problem = program.order("POST", f"{guild}/player/skip", {"entry": first["id"]})
    assert (status, problem["reason"]) == (409, "already_skipped")
    status, changed = program.ask("PATCH", f"{guild}/player", {"volume": 30, "paused": True, "filters": ["bassboost"]})
    assert status == 200, changed
    player = changed["player"]
    assert (player["volume"], player["paused"], player["filters"]) == (30, True, ["bassboost"])
    assert program.order("POST", f"{guild}/player/stop", {})[0] == 200
    wait_for(lambda: not room.ears()["connected"], "the bot to leave")


def test_events_show_a_skip_and_a_reconnect_loses_nothing(
    program: Program, room: Room, listening: list[Listener]
) -> None:
    guild = f"guilds/{room.guild_id}"
    room.join("Alice")
    listener = Listener(program, f"{guild}/events")
    listening.append(listener)
    wait_for(lambda: len(listener.events) == 2, "the present state")
    assert [name for _, name, _ in listener.events] == ["player", "queue"]
    program.ask("POST", f"{guild}/queue", {"query": LONG, "voice_channel_id": room.voice_id})
    wait_for(lambda: any(data.get("current") for _, _, data in listener.events), "the track to begin")
    last_id = listener.events[-1][0]
    listener.close()

    room.slash("Alice", "pause")
    room.slash("Alice", "resume")
    room.slash("Alice", "volume", level=40)
    again = Listener(program, f"{guild}/events", last_id)
    listening.append(again)

    def states() -> list[tuple[bool, int]]:
        return [(data["paused"], data["volume"]) for _, name, data in again.events if name == "player"]

    wait_for(lambda: states()[-3:] == [(True, 100), (False, 100), (False, 40)], "what was missed, in its order")
    program.ask("POST", f"{guild}/player/skip", {})
    wait_for(lambda: again.events[-1][1] == "queue" or again.events[-1][2].get("current") is None, "the skip")
    ids = [tuple(map(int, identity.split("-"))) for identity, _, _ in again.events]
    assert ids == sorted(ids)
    assert ids[0] > tuple(map(int, last_id.split("-")))


def test_open_streams_are_counted(program: Program, stack: Stack, room: Room, listening: list[Listener]) -> None:
    def streams() -> float:
        return value_of(fetch(stack, "api"), "api_event_streams_open")

    wait_for(lambda: streams() == 0, "the end of all streams")
    listener = Listener(program, f"guilds/{room.guild_id}/events")
    listening.append(listener)
    wait_for(lambda: listener.events, "the present state")
    assert streams() == 1
    listener.close()
    wait_for(lambda: streams() == 0, "the stream's end")


def test_a_manager_changes_settings_and_a_members_own_guild_is_not_theirs(
    stack: Stack, person: Program, program: Program, room: Room
) -> None:
    guild = f"guilds/{room.guild_id}"
    status, settings = person.ask("PATCH", f"{guild}/settings", {"default_volume": 60, "language": "es"})
    assert (status, settings["default_volume"], settings["language"]) == (200, 60, "es")
    assert program.ask("GET", f"{guild}/settings")[1]["reason"] == "scope_missing"
    assert [one["id"] for one in person.ask("GET", "guilds/")[1]] == [room.guild_id]
    status, bob = sign_in(stack, room.members["Bob"])
    assert (status, bob["guild_ids"]) == (200, [])
    assert Program(person.base, bob["token"]).ask("GET", f"{guild}/player")[1]["reason"] == "other_guild"


def test_a_revoked_token_and_a_finished_login_open_nothing(person: Program, program: Program, room: Room) -> None:
    tokens = f"guilds/{room.guild_id}/tokens/"
    (known,) = person.ask("GET", tokens)[1]
    assert program.token.startswith(known["hint"])
    assert "token" not in known
    assert program.ask("GET", tokens)[1]["reason"] == "people_only"
    assert person.ask("DELETE", f"{tokens}{known['id']}")[0] == 204
    assert program.ask("GET", f"guilds/{room.guild_id}/player")[1]["reason"] == "token_revoked"
    assert person.ask("POST", "logout", {})[0] == 204
    assert person.ask("GET", "guilds/")[0] == 401


def test_a_program_makes_a_playlist_that_members_play(person: Program, room: Room) -> None:
    _, made = person.ask("POST", f"guilds/{room.guild_id}/tokens/", {"name": "DJ", "scopes": ["playlists"]})
    program = Program(person.base, made["token"])
    status, playlist = program.order("POST", "playlists/", {"name": "Evening"})
    assert (status, playlist["shared_guild_id"], playlist["length"]) == (201, room.guild_id, 0)
    mine = f"playlists/{playlist['id']}"
    for query in (LONG, "Ode to Joy", LONG):
        status, said = program.order("POST", f"{mine}/tracks", {"query": query})
        assert status == 200, said
    assert program.order("DELETE", f"{mine}/tracks/1")[0] == 200
    assert program.order("PATCH", mine, {"name": "Night"})[0] == 200
    room.join("Bob")
    public(room, "Bob", "playlist play", name="Night")
    wait_for(lambda: room.ears()["frames"] > 0, "music")
    shown = program.ask("GET", mine)[1]
    assert (shown["name"], [track["title"] for track in shown["tracks"]]) == ("Night", ["Ode to Joy", LONG])
    assert program.order("DELETE", mine)[0] == 200
    assert program.ask("GET", mine)[0] == 404


def test_words_are_searched(program: Program) -> None:
    status, found = program.ask("GET", "search?q=440")
    assert status == 200
    assert any(LONG in one["name"] for one in found)


def test_no_secret_of_a_login_is_in_a_log(stack: Stack, person: Program, program: Program) -> None:
    program.ask("GET", "plans/")
    words = "".join(service.log_path.read_text(encoding="utf-8") for service in stack.services.values())
    for secret in (person.token, program.token):
        assert secret not in words
    assert not re.search(r"[?&](code|state)=", words)
