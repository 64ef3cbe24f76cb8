"""The API on a real PostgreSQL and a Redis of its own, with a worker that answers as it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from apps.accounts.scopes import Scope
from apps.accounts.services import api_token_create, login_create
from apps.api import commands, event_stream, throttles
from apps.billing import announcement
from apps.billing import selectors as billing
from apps.billing.models import Subscription
from apps.guilds import announcement as guild_news
from project.task_queues import DESK_QUEUE, slot_of, slot_queue
from project.wire import keys
from project.wire.envelope import argument_of
from project.wire.messages import Command, Ended, Order, inbound_from_dict, to_json
from project.wire.publish import SyncPublisher

GUILD, OTHER = 11 << 22, 12 << 22
ALICE = 1
SLOTS = 8


@dataclass
class Api:
    """What a test does with the API."""

    redis: redis.Redis
    answers: dict[str, tuple[dict[str, Any], bool, str]] = field(default_factory=dict)
    """Tag of an order -> outcome, error and sentence, told before it was asked: nobody waits."""
    carried_out: list[Order] = field(default_factory=list)

    def token(self, *scopes: Scope, guild_id: int = GUILD, lasts: timedelta | None = None) -> str:
        """A new token; with a negative `lasts` it is over already."""
        ends = timezone.now() + lasts if lasts is not None else None
        _, secret = api_token_create(
            guild_id=guild_id, name="Robot", scopes=scopes or Scope, created_by=ALICE, expires_at=ends
        )
        return secret

    def login(self, *guild_ids: int) -> str:
        """Alice signs in; she manages these guilds."""
        _, secret = login_create(user_id=ALICE, name="Alice", guilds={one: f"Guild {one}" for one in guild_ids})
        return secret

    def ask(
        self, method: str, path: str, token: str | None = None, body: Any = None, **headers: str
    ) -> tuple[HttpResponse, Any]:
        """One request: the answer, and its JSON."""
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = "" if body is None else body if isinstance(body, str | bytes) else json.dumps(body)
        answer: Any = Client(raise_request_exception=False).generic(
            method, path, data, content_type="application/json", headers=named
        )
        is_json = "json" in answer.headers.get("Content-Type", "")
        return answer, json.loads(answer.content) if is_json else None

    def guild(self, method: str, path: str, token: str | None, body: Any = None, **headers: str) -> tuple[Any, Any]:
        """The same below the guild."""
        return self.ask(method, f"/api/v1/guilds/{GUILD}/{path}", token, body, **headers)

    def queued(self, guild_id: int = GUILD) -> list[Command]:
        """What was published for the guild, the oldest first."""
        raws = [*self.redis.lrange(slot_queue(slot_of(guild_id, SLOTS)), 0, -1), *self.redis.lrange(DESK_QUEUE, 0, -1)]
        messages = [inbound_from_dict(argument_of(str(raw))) for raw in reversed(raws)]
        return [message for message in messages if isinstance(message, Command)]

    def will_answer(self, tag: str, outcome: dict[str, Any], sentence: str = "", *, error: bool = False) -> None:
        """How orders of this kind end from now on."""
        self.answers[tag] = (outcome, error, sentence)

    def end(self, command: Command) -> None:
        """What a worker does at the end of a command."""
        told = self.answers.get(str(command.order.__struct_config__.tag))
        if told is None:
            return
        outcome, error, sentence = told
        self.carried_out.append(command.order)
        ended = Ended(command_id=command.id, guild_id=command.guild_id, outcome=outcome, error=error, sentence=sentence)
        self.redis.rpush(keys.outcome(command.id), to_json(ended))
        self.redis.expire(keys.outcome(command.id), keys.OUTCOME_SECONDS)


class AnsweringPublisher(SyncPublisher):
    """Publishes for real, then ends the command as the test has said."""

    api: Api

    def publish(self, run: Any) -> Any:
        published = super().publish(run)
        if published.verdict == "accepted":
            message = inbound_from_dict(argument_of(str(run.args[2])))
            assert isinstance(message, Command)
            self.api.end(message)
        return published


@pytest.fixture
def api(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    store: redis.Redis = redis.Redis.from_url(redis_url, decode_responses=True)
    for module in (announcement, billing, commands, event_stream, throttles):
        monkeypatch.setattr(module, "client", store)
    monkeypatch.setattr(guild_news, "_client", store)
    monkeypatch.setattr(commands, "waiting_client", store)
    monkeypatch.setattr(commands, "BLOCK_SECONDS", 0.05)
    made = Api(store)
    publisher = AnsweringPublisher(store)
    publisher.api = made
    monkeypatch.setattr(commands, "_publisher", publisher)
    Subscription.objects.create(
        guild_id=GUILD, tier="ENTERPRISE", status="ACTIVE", source="grant", grant_tier="ENTERPRISE"
    )
    yield made
    store.close()
