"""After a flow with errors and restarts, no secret lies where it does not belong."""

from __future__ import annotations

import base64
import json
import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import psycopg
import pytest
import redis

from simulator.control_client import ControlClient, wait_for
from simulator.stack import TOKEN, Stack
from tests.flows.conftest import PORTS, Room, found_room
from tests.flows.secret_search import (
    Places,
    RedisWitness,
    Secret,
    arguments_below,
    database_now,
    leaks,
    redis_now,
)
from tests.flows.test_flower import api, page, workers_with
from tests.ports import free_port
from tests.redis_server import start_redis

LONG = "440 Hz Test Tone"
REDIS_PASSWORD = "redis-password-of-this-test"
NODE_PASSWORD = "node-password-of-this-test"
PROCESSES = ("gateway", "audio", "api", "worker", "beat", "flower")


@dataclass
class Aftermath:
    """What a flow has left behind."""

    stack: Stack
    room: Room
    redis_url: str
    secrets: list[Secret]
    places: Places


@pytest.fixture(scope="module")
def guarded_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a Redis of this module's own, with a password."""
    port = free_port()
    process = start_redis(port, tmp_path_factory.mktemp("guarded-redis"))
    with redis.Redis(port=port) as client:
        client.config_set("requirepass", REDIS_PASSWORD)
    yield f"redis://:{REDIS_PASSWORD}@127.0.0.1:{port}/0"
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def aftermath(flow_database: str, guarded_redis: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """A played, paused, refused, killed and restarted Segue, and all that it wrote."""
    stack = Stack(
        folder=tmp_path_factory.mktemp("secrets"),
        database_url=flow_database,
        redis_url=guarded_redis,
        say=lambda _line: None,
        environment={"SIM_NODE_PASSWORD": NODE_PASSWORD, "LAVALINK_PASSWORD": NODE_PASSWORD, "LOG_LEVEL": "DEBUG"},
        ports={name: free_port() for name in PORTS},
    )
    witness = RedisWitness(guarded_redis)
    try:
        stack.start()
        room = found_room(ControlClient(stack.simulator["control_url"]))
        play_and_fail(room)
        kill_the_gateway(stack)
        break_connections(flow_database, guarded_redis)
        room.control.answer(room.send("Alice", "skip"), seconds=30)
        secrets = secrets_of(flow_database, redis_now(guarded_redis), witness.wrote())
        yield Aftermath(stack, room, guarded_redis, secrets, everything(stack, witness))
    finally:
        stack.stop()
        witness.close()


def play_and_fail(room: Room) -> None:
    """What members do, rightly and wrongly."""
    room.join("Alice")
    for query in (LONG, LONG, "http://127.0.0.1:9/secret.mp3", "https://music.segue.example/no/such/track", "\x00"):
        room.control.answer(room.send("Alice", "play", query=query))
    wait_for(lambda: room.ears()["frames"] > 0, "music")
    for member, command in (("Alice", "pause"), ("Alice", "queue"), ("Charlie", "skip"), ("Alice", "resume")):
        room.control.answer(room.send(member, command))
    place = {"guild_id": room.guild_id, "channel_id": room.text_id, "user_id": room.members["Alice"]}
    for custom_id in (
        f"segue:pause:{room.guild_id}",
        f"segue:resume:{room.guild_id}",
        "segue:nonsense",
        "of another bot",
    ):
        room.control.post("/interactions", {**place, "type": "button", "custom_id": custom_id, "force": True})


def kill_the_gateway(stack: Stack) -> None:
    """The stack starts it again; it resumes its shard."""
    gateway = stack.services["gateway"]
    assert gateway.process is not None
    gateway.process.send_signal(signal.SIGKILL)
    wait_for(lambda: gateway.restarts > 0 and gateway.ready(), "the gateway's second life", seconds=60)


def break_connections(database_url: str, redis_url: str) -> None:
    """Libraries tell of broken connections in words of their own."""
    with psycopg.connect(database_url) as connection:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(f"SELECT pg_terminate_backend(pid) {others}")
    with redis.Redis.from_url(redis_url) as client:
        for kind in ("normal", "pubsub"):
            for one in client.client_list(_type=kind):
                if "monitor" not in one["cmd"]:
                    client.client_kill_filter(_id=one["id"], skipme=True)


def secrets_of(database_url: str, now: Places, wrote: Places) -> list[Secret]:
    """All that must not be found, with the values that this flow has really had."""
    found = [
        Secret("the bot's token", TOKEN),
        Secret("the node's password", NODE_PASSWORD),
        Secret("Redis' password", REDIS_PASSWORD),
        Secret("the database's password", urlsplit(database_url).password or ""),
    ]
    for place, commands in wrote.items():
        if place.startswith("wrote interaction:"):
            tokens = {token for command in commands for token in re.findall(r'"token":"([^"]+)"', command)}
            found += [Secret("an interaction's token", token, r"interaction:\d+") for token in tokens]
    for place, fields in now.items():
        held = dict(text.split(" ", 1) for text in fields if " " in text)
        if place.startswith("redis voice:"):
            names = {"token": "a voice token", "session_id": "a voice session"}
            # The bot's voice session has the id of the gateway's, which another key holds to resume it.
            home = r"(voice:\d+|shard:\d+:session)"
            found += [Secret(what, held[name], home) for name, what in names.items() if held.get(name)]
        elif place.startswith("redis shard:") and held.get("session_id"):
            found.append(Secret("a gateway session", held["session_id"], r"(voice:\d+|shard:\d+:session)"))
    return found


def everything(stack: Stack, witness: RedisWitness) -> Places:
    """All that was written anywhere."""
    workers_with(stack, "conf")
    tasks = api(stack, "/api/tasks")
    places = {**redis_now(stack.redis_url), **witness.wrote()}
    for path in ("/workers", "/tasks", "/broker", "/metrics", "/api/workers"):
        places[f"flower {path}"] = [page(stack, path)]
    places["flower tasks"] = [json.dumps(tasks), *(page(stack, f"/api/task/info/{quote(task)}") for task in tasks)]
    for name in PROCESSES:
        service = stack.services[name]
        places[f"log of {name}"] = service.log_path.read_text(encoding="utf-8").splitlines()
        assert service.process is not None
        places.update(arguments_below(service.process.pid))
    with psycopg.connect(stack.database_url) as connection:
        places.update(database_now(connection))
    return places


def test_the_flow_has_had_every_kind_of_secret(aftermath: Aftermath) -> None:
    kinds = {secret.what for secret in aftermath.secrets if len(secret.value) >= 8}
    voice = {"a voice token", "a voice session", "a gateway session"}
    fixed = {"the bot's token", "the node's password", "Redis' password", "the database's password"}
    assert kinds == {*fixed, *voice, "an interaction's token"}


def test_everything_was_looked_at(aftermath: Aftermath) -> None:
    for place in (
        "redis shard:0:out",
        "wrote shard:0:out",
        "wrote discord-bot:commands",
        "wrote discord-bot:to-audio",
        "flower tasks",
        "log of gateway",
        "table commands",
    ):
        assert aftermath.places[place], place
    assert any(place.startswith("wrote slot:") and place.endswith(":journal") for place in aftermath.places)
    assert any(place.startswith("wrote audio.slot.") for place in aftermath.places)
    assert any("/0.celeryev" in place for place in aftermath.places), "events of Celery"
    assert sum(place.startswith("arguments") for place in aftermath.places) >= len(PROCESSES)


def test_no_secret_lies_where_it_does_not_belong(aftermath: Aftermath) -> None:
    assert leaks(aftermath.places, aftermath.secrets) == []


def test_flower_goes_on_after_its_connections_broke(aftermath: Aftermath) -> None:
    def seen() -> bool:
        aftermath.room.control.answer(aftermath.room.send("Alice", "queue"), seconds=30)
        tasks = api(aftermath.stack, "/api/tasks?taskname=player.queue").values()
        return any(aftermath.room.guild_id in task["args"] and task["state"] == "SUCCESS" for task in tasks)

    assert wait_for(seen, "a command of afterwards in Flower", seconds=60, pause=1)


@pytest.mark.parametrize("kind", ["string", "list", "hash", "set", "zset", "stream", "celery message", "channel"])
def test_a_secret_planted_in_redis_is_found(aftermath: Aftermath, kind: str) -> None:
    secret = next(one for one in aftermath.secrets if one.what == "an interaction's token")
    with redis.Redis.from_url(aftermath.redis_url) as client:
        witness = RedisWitness(aftermath.redis_url)
        try:
            plant(client, kind, secret.value)
            places = {**redis_now(aftermath.redis_url)}
            wait_for(lambda: "wrote planted" in witness.wrote(), "the planting")
            assert "an interaction's token in wrote planted" in leaks(witness.wrote(), [secret])
            if kind != "channel":
                assert "an interaction's token in redis planted" in leaks(places, [secret])
        finally:
            client.delete("planted")
            witness.close()


def plant(client: redis.Redis, kind: str, value: str) -> None:
    """Put `value` into the key `planted` of a kind."""
    body = base64.b64encode(json.dumps([[{"token": value}], {}, {}]).encode()).decode()
    ways: dict[str, Callable[[], object]] = {
        "string": lambda: client.set("planted", value),
        "list": lambda: client.rpush("planted", "first", value),
        "hash": lambda: client.hset("planted", "name", value),
        "set": lambda: client.sadd("planted", value),
        "zset": lambda: client.zadd("planted", {value: 1}),
        "stream": lambda: client.xadd("planted", {"message": value}),
        "celery message": lambda: client.rpush("planted", json.dumps({"body": body})),
        "channel": lambda: client.publish("planted", value),
    }
    ways[kind]()


@pytest.mark.parametrize("place", ["log of audio", "flower tasks", "table commands", "redis voice:1"])
def test_a_secret_planted_elsewhere_is_found(aftermath: Aftermath, place: str) -> None:
    token = next(one for one in aftermath.secrets if one.what == "the bot's token")
    assert leaks({place: ["before " + token.value + " after"]}, aftermath.secrets) == [f"the bot's token in {place}"]
