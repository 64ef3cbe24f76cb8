"""A guild that plays, and a Redis of the test's own in which its owner has told where."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
import redis

from apps.api import commands, event_stream
from apps.billing import announcement
from apps.billing import selectors as billing
from apps.billing.models import Subscription
from apps.guilds import announcement as guild_news
from apps.playback import fleet, live
from apps.playback.models import Player, QueueEntry, Slot, SlotSession
from apps.support.guild_pages import finding
from project import settings
from project.task_queues import slot_of, slot_queue
from project.wire import keys
from project.wire.envelope import argument_of
from project.wire.fleet_reports import NodeReport, NodeShare, SlotReport
from project.wire.messages import Command, Ended, Order, inbound_from_dict, to_json
from project.wire.publish import SyncPublisher

GUILD = 11 << 22
NODE, OTHER_NODE = "a:2333", "b:2333"
OWNER = "audio-0:1"
HOSTILE = "<script>alert('x')</script>{{ 7|add:7 }}"
VOICE = 77


@dataclass
class Stage:
    """What a test does around the desk."""

    redis: redis.Redis
    answers: dict[str, Ended] = field(default_factory=dict)
    """Tag of an order -> how it ends."""
    given: list[Command] = field(default_factory=list)
    """What was published."""

    def will_answer(self, tag: str, outcome: dict[str, Any], sentence: str, *, error: bool = False) -> None:
        """How orders of this kind end from now on."""
        self.answers[tag] = Ended(command_id="", guild_id=GUILD, outcome=outcome, error=error, sentence=sentence)

    def end(self, command: Command) -> None:
        """What an audio worker does."""
        self.given.append(command)
        told = self.answers.get(str(command.order.__struct_config__.tag))
        if told is not None:
            self.redis.rpush(keys.outcome(command.id), to_json(msgspec.structs.replace(told, command_id=command.id)))

    @property
    def orders(self) -> list[Order]:
        """What was ordered, the oldest first."""
        return [command.order for command in self.given]


class AnsweringPublisher(SyncPublisher):
    """Publishes for real, then ends the command as the test has said."""

    stage: Stage

    def publish(self, run: Any) -> Any:
        published = super().publish(run)
        if published.verdict == "accepted":
            message = inbound_from_dict(argument_of(str(run.args[2])))
            assert isinstance(message, Command)
            self.stage.end(message)
        return published


@pytest.fixture
def stage(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    store: redis.Redis = redis.Redis.from_url(redis_url, decode_responses=True)
    for module in (announcement, billing, commands, event_stream, finding, fleet, live):
        monkeypatch.setattr(module, "client", store)
    monkeypatch.setattr(guild_news, "_client", store)
    monkeypatch.setattr(commands, "waiting_client", store)
    monkeypatch.setattr(commands, "BLOCK_SECONDS", 0.05)
    publisher = AnsweringPublisher(store)
    publisher.stage = Stage(store)
    monkeypatch.setattr(commands, "_publisher", publisher)
    yield publisher.stage
    store.close()


def track(title: str = "Ode to Joy", **more: Any) -> dict[str, Any]:
    """As it lies in PostgreSQL."""
    return {
        "encoded": "QAAA",
        "identifier": "1",
        "title": title,
        "author": "Beethoven",
        "length_ms": 185_000,
        "uri": "https://example.com/ode",
        "source": "http",
        **more,
    }


def plays(guild_id: int = GUILD, *, title: str = "Ode to Joy", waiting: int = 2, **more: Any) -> None:
    """A guild whose player is in voice and plays."""
    now_ms = time.time_ns() // 1_000_000
    Subscription.objects.get_or_create(guild_id=guild_id)
    Player.objects.create(
        guild_id=guild_id,
        rev=5,
        voice_channel_id=VOICE,
        current_entry=1,
        position_ms=30_000,
        position_at_ms=now_ms,
        **more,
    )
    asked = {"guild_id": guild_id, "requester_id": 1, "requester_name": "Alice"}
    QueueEntry.objects.create(entry=1, rank=1, status="current", track=track(title), **asked)
    QueueEntry.objects.bulk_create(
        QueueEntry(entry=2 + n, rank=2 + n, track=track(f"Waiting {n + 1}"), **asked) for n in range(waiting)
    )


@pytest.fixture
def playing_guild(db: None, stage: Stage) -> int:
    """It plays on NODE, and two tracks wait."""
    plays()
    slot = slot_of(GUILD, settings.SLOTS)
    Slot.objects.update_or_create(slot=slot, defaults={"epoch": 9, "owner": OWNER})
    SlotSession.objects.create(slot=slot, node=NODE, session_id="session-1")
    report = SlotReport(
        owner=OWNER,
        epoch=9,
        at_ms=time.time_ns() // 1_000_000,
        primary=NODE,
        nodes={NODE: NodeShare(players=3, playing=2)},
        open_commands=1,
    )
    stage.redis.set(keys.slot_report(slot), to_json(report))
    stage.redis.hset(keys.slot_lease(slot), mapping={"owner": OWNER, "token": 9})
    stage.redis.lpush(slot_queue(slot), "a message")
    for node in (NODE, OTHER_NODE):
        told = NodeReport(seen_ms=time.time_ns() // 1_000_000, lavalink_load=0.25, cores=4, version="4.2.2")
        stage.redis.hset(keys.NODE_REPORTS, node, to_json(told))
    stage.redis.hset(
        keys.voice(GUILD), mapping={"channel_id": VOICE, "member:1": VOICE, "member:2": 78, "bot:3": VOICE}
    )
    return GUILD
