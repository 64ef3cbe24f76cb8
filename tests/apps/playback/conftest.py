"""PostgreSQL and a Redis of its own for what staff see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis

from apps.playback import fleet, live
from project import settings


@pytest.fixture
def store(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    """An empty Redis, where the reads look; there are 8 slots."""
    client: redis.Redis = redis.Redis.from_url(redis_url, decode_responses=True)
    for module in (fleet, live):
        monkeypatch.setattr(module, "client", client)
    monkeypatch.setattr(settings, "SLOTS", 8)
    yield client
    client.close()


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens where the reads look."""
    away: redis.Redis = redis.Redis(port=1, socket_connect_timeout=0.2)
    for module in (fleet, live):
        monkeypatch.setattr(module, "client", away)
    monkeypatch.setattr(settings, "SLOTS", 8)
