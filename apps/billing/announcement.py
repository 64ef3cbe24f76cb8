"""Tells every process that a guild's plan changed: what they keep is dropped, and read anew when it is used next."""

from __future__ import annotations

import json

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

from project import settings
from project.wire import keys
from project.wire.publish import ATTEMPT_SECONDS

log = structlog.get_logger(__name__)

SCANNED = 1_000
"""Keys per step; they live a minute, so there are few."""
client = redis.Redis.from_url(
    settings.REDIS_URL,
    decode_responses=True,
    socket_timeout=ATTEMPT_SECONDS,
    socket_connect_timeout=ATTEMPT_SECONDS,
    retry=Retry(NoBackoff(), 0),
)
"""Raises redis.RedisError within half a second where Redis is away."""


def announce_subscription(guild_id: int, tier: str) -> None:
    """Whoever misses it while Redis is away drops what it knows when its connection is back."""
    _announce(
        {"type": "subscriptionChanged", "guildId": str(guild_id), "tier": tier},
        keys.features(guild_id),
        keys.subscription(guild_id),
    )


def announce_plans() -> None:
    """Limits or prices were edited: everybody reads all anew."""
    try:
        cached = list(client.scan_iter(match=keys.FEATURES_PATTERN, count=SCANNED))
    except (redis.RedisError, OSError) as error:
        log.warning("What is cached of plans ends by itself", reason=str(error))
        cached = []
    _announce({"type": "plansChanged", "guildId": None}, *cached)


def _announce(event: dict[str, str | None], *stale: str) -> None:
    try:
        with client.pipeline(transaction=True) as pipe:
            for start in range(0, len(stale), SCANNED):
                pipe.delete(*stale[start : start + SCANNED])
            pipe.publish(keys.EVENTS_CHANNEL, json.dumps(event))
            pipe.execute()
    except (redis.RedisError, OSError) as error:
        log.warning("A changed plan could not be announced", event_type=event["type"], reason=str(error))
