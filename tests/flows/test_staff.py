"""What support orders is heard: a skip, another node, a drained node, a blocked guild; and what it reads is so.

Drains and blocks are written as SQL and announced to nobody: a word of Redis only makes it sooner.
"""

from __future__ import annotations

import json
import re
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
import redis

from project.celery import app
from project.task_queues import SMALL_SLOTS, slot_of
from project.wire import keys
from project.wire.messages import Actor, Command, Order, Skip
from project.wire.publish import SyncPublisher, publication
from project.wire.staff import ChangeNode, Heal, HealStep
from simulator.control_client import wait_for
from simulator.stack import Stack
from tests.flows.conftest import Room, found_room
from tests.flows.test_main_path import LONG, LONG_HZ, SHORT, SHORT_HZ, hears

STAFF = Actor(kind="staff", user_id=0, name="Support")


@dataclass
class Support:
    """What support does and sees, without its pages."""

    stack: Stack
    redis: redis.Redis

    def order(self, room: Room, order: Order) -> dict[str, Any]:
        """Give an order and wait for its end."""
        publisher = SyncPublisher(self.redis)
        identity = str(uuid.uuid4())
        command = Command(
            id=identity, guild_id=int(room.guild_id), order=order, actor=STAFF, issued_ms=publisher.now_ms()
        )
        publisher.publish(publication(app, command, slots=SMALL_SLOTS))
        answer: Any = self.redis.blpop([keys.outcome(identity)], timeout=10)
        assert answer is not None, "no outcome came"
        ended: dict[str, Any] = json.loads(answer[1])
        return ended

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run one statement."""
        with psycopg.connect(self.stack.database_url, autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def node_of(self, room: Room) -> str | None:
        """Where the guild plays, as its slot's owner told last."""
        slot = slot_of(int(room.guild_id), SMALL_SLOTS)
        elsewhere: Any = self.redis.hget(keys.slot_elsewhere(slot), room.guild_id)
        raw: Any = self.redis.get(keys.slot_report(slot))
        return elsewhere or (json.loads(raw)["primary"] if raw else None)

    def sessions_on(self, node: str) -> int:
        """How many slots have a session there."""
        return int(self.sql("SELECT count(*) FROM slot_sessions WHERE node = %s", node)[0][0])

    def drained_in_metrics(self, node: str) -> float | None:
        """What the audio worker tells of the node on /metrics."""
        url = f"http://127.0.0.1:{self.stack.ports['audio']}/metrics"
        with urllib.request.urlopen(url, timeout=5) as answer:  # loopback
            text = answer.read().decode()
        found = re.search(rf'^audio_nodes_drained{{node="{re.escape(node)}"}} (\S+)$', text, re.MULTILINE)
        return float(found[1]) if found else None

    def nodes(self) -> list[str]:
        """All nodes that the audio workers know."""
        told: Any = self.redis.zrange(keys.NODES_KNOWN, 0, -1)
        return sorted(told)


@pytest.fixture
def support(stack: Stack, flow_redis: str) -> Iterator[Support]:
    client: redis.Redis = redis.Redis.from_url(flow_redis, decode_responses=True)
    made = Support(stack, client)
    wait_for(lambda: len(made.nodes()) == 2, "both nodes to be seen")
    yield made
    made.sql("DELETE FROM node_drains")
    made.sql("DELETE FROM guild_blocks")
    client.close()


@pytest.fixture
def concert(room: Room) -> Room:
    """Alice hears the long tone; the short one waits."""
    room.join("Alice")
    room.slash("Alice", "play", query=LONG)
    room.slash("Alice", "play", query=SHORT)
    assert hears(room, LONG_HZ)
    return room


def plays_on(room: Room, seconds: float = 2.0) -> dict[str, Any]:
    """Listen on for so long: what the channel heard."""
    before = room.ears()["heard_ms"]
    wait_for(lambda: room.ears()["heard_ms"] > before + seconds * 1_000, "the music to go on", seconds=30)
    return room.ears()


def test_support_skips_and_hears_how_it_ended(support: Support, concert: Room) -> None:
    ended = support.order(concert, Skip())
    assert ended["outcome"]["type"] == "skipped"
    assert ended["sentence"].startswith(f"Skipped *{LONG}")
    assert hears(concert, SHORT_HZ)
    (kind, actor, took_ms) = support.sql(
        "SELECT kind, actor->>'kind', took_ms FROM commands WHERE guild_id = %s ORDER BY at DESC LIMIT 1",
        int(concert.guild_id),
    )[0]
    assert (kind, actor, took_ms) == ("skip", "staff", None)
    members = support.sql("SELECT took_ms FROM commands WHERE guild_id = %s AND kind = 'play'", int(concert.guild_id))
    assert all(took is not None for (took,) in members)


def test_a_guild_moves_to_the_node_that_support_names_and_the_track_goes_on(support: Support, concert: Room) -> None:
    wait_for(lambda: support.node_of(concert) is not None, "its node to be told")
    (there,) = set(support.nodes()) - {str(support.node_of(concert))}
    ended = support.order(concert, ChangeNode(node=there))
    assert ended["outcome"] == {"type": "said", "key": "node.moving", "values": {"node": there}}
    wait_for(lambda: support.node_of(concert) == there, "it to be seen there")
    plays_on(concert)
    assert hears(concert, LONG_HZ)
    assert support.order(concert, ChangeNode(node=there)).get("error")
    assert support.order(concert, ChangeNode(node="nobody:1"))["outcome"]["key"] == "node.unknown"


@pytest.mark.parametrize("step", ["voice", "rejoin", "node"])
def test_healing_does_not_end_what_is_healthy(support: Support, concert: Room, step: HealStep) -> None:
    assert not support.order(concert, Heal(step=step)).get("error")
    plays_on(concert)
    assert hears(concert, LONG_HZ)


def test_a_drained_node_is_left_and_stays_so_over_an_emptied_redis(support: Support, concert: Room) -> None:
    wait_for(lambda: support.node_of(concert) is not None, "its node to be told")
    drained = str(support.node_of(concert))
    support.sql("INSERT INTO node_drains (node, by, reason) VALUES (%s, 'Sam', 'kernel')", drained)
    wait_for(lambda: support.sessions_on(drained) == 0, "all slots to leave", seconds=30)
    wait_for(lambda: support.drained_in_metrics(drained) == 1, "it to be told on /metrics", seconds=15)
    plays_on(concert)
    support.redis.flushall()
    plays_on(concert)
    newcomer = found_room(concert.control)
    newcomer.join("Bob")
    newcomer.slash("Bob", "play", query=SHORT)
    assert hears(newcomer, SHORT_HZ)
    assert support.sessions_on(drained) == 0
    concert.control.delete(f"/guilds/{newcomer.guild_id}")
    support.sql("DELETE FROM node_drains")
    wait_for(lambda: support.drained_in_metrics(drained) == 0, "it to be usable again", seconds=15)


def test_a_blocked_guild_is_left_within_seconds_and_nobody_is_obeyed(support: Support, concert: Room) -> None:
    support.sql("INSERT INTO guild_blocks (guild_id, by, reason) VALUES (%s, 'Sam', 'secret')", int(concert.guild_id))
    wait_for(lambda: not concert.ears()["connected"], "the bot to leave", seconds=10)
    for command, options in (("play", {"query": LONG}), ("queue", {}), ("settings show", {})):
        sentence = concert.refusal("Alice", command, **options)
        assert "support team has blocked this server" in sentence
        assert "secret" not in sentence
    support.sql("DELETE FROM guild_blocks")
    wait_for(lambda: not concert.control.answer(concert.send("Alice", "resume"))["ephemeral"], "to be obeyed again")
    assert hears(concert, LONG_HZ)


def test_support_reads_with_which_code_discord_closed_the_voice_connection(support: Support, concert: Room) -> None:
    concert.control.post("/faults", {"target": "voice", "kind": "close", "guild_id": concert.guild_id, "code": 4006})
    query = "SELECT kind, close_code, title FROM playback_errors WHERE guild_id = %s"
    rows = wait_for(lambda: support.sql(query, int(concert.guild_id)), "the error to be written down")
    assert rows[0] == ("voice closed", 4006, LONG)
    plays_on(concert)
