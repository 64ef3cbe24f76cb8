"""A desk counter on real stores, and members who come to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from celery import Celery

from apps.guilds import announcement
from project.task_queues import DESK_QUEUE
from project.wire import keys
from project.wire.messages import Actor, Command, Order
from project.wire.publish import SCRIPT, publication
from tests.apps.billing.conftest import store as store
from tests.apps.billing.conftest import stripe_fake as stripe_fake
from workers.background.desk.counter import Counter
from workers.background.desk.journal import DeskJournal

GUILD = 7 << 22
SLOTS = 8
ALICE = Actor(kind="member", user_id=1, name="Alice", permissions=1 << 5, locale="en-US")
BOB = Actor(kind="member", user_id=2, name="Bob", locale="es-ES")


class Desk:
    """What a test sees of the desk."""

    def __init__(self, client: redis.Redis) -> None:
        self.redis = client
        self.counter = Counter(client, SLOTS)
        self.journal = DeskJournal(client, SLOTS)
        self._app = Celery("desk test", set_as_current=False)

    def publish(self, identity: str, order: Order, actor: Actor = ALICE, *, late_ms: int = 0) -> Command:
        """As the gateway does, `late_ms` ago."""
        seconds, micros = self.redis.time()
        now = seconds * 1000 + micros // 1000
        command = Command(
            id=identity, guild_id=GUILD, order=order, actor=actor, issued_ms=1, deadline_ms=now + 2_000 - late_ms
        )
        run = publication(self._app, command, slots=SLOTS)
        self.redis.register_script(SCRIPT)(keys=list(run.keys), args=list(run.args))
        return command

    def lose_message(self) -> None:
        """What a worker does that dies between taking a message and noting that it has it."""
        self.redis.rpop(DESK_QUEUE)

    def answers(self) -> list[dict[str, Any]]:
        """What went to Discord."""
        entries: Any = self.redis.xrange(keys.shard_out(0))
        return [json.loads(fields[keys.OUT_FIELD]) for _, fields in entries]

    def owed(self) -> set[str]:
        """Ids without an outcome."""
        return {str(name) for slot in range(SLOTS) for name in self.redis.hkeys(keys.desk_journal(slot))}


@pytest.fixture
def desk(redis_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    client = redis.Redis.from_url(redis_server, decode_responses=True)
    monkeypatch.setattr(announcement, "_client", client)
    client.flushall()
    yield Desk(client)
    client.close()
