"""PostgreSQL and a Redis of its own for what staff see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis

from apps.playback import fleet, live
from apps.playback.models import Slot
from project import settings


@pytest.fixture
def slots(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are 8, whatever the tests before have left."""
    Slot.objects.bulk_create([Slot(slot=number) for number in range(8)], ignore_conflicts=True)
    Slot.objects.update(epoch=0, owner="")
    monkeypatch.setattr(settings, "SLOTS", 8)


@pytest.fixture
def store(slots: None, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    """An empty Redis, where the reads look."""
    client: redis.Redis = redis.Redis.from_url(redis_url, decode_responses=True)
    for module in (fleet, live):
        monkeypatch.setattr(module, "client", client)
    yield client
    client.close()


@pytest.fixture
def no_redis(slots: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens where the reads look."""
    away: redis.Redis = redis.Redis(port=1, socket_connect_timeout=0.2)
    for module in (fleet, live):
        monkeypatch.setattr(module, "client", away)
