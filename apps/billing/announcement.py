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
    _announce({"type": "subscriptionChanged", "guildId": str(guild_id), "tier": tier}, guild_id)


def announce_plans() -> None:
    """Limits or prices were edited: everybody reads all anew. The API's caches of guilds end by themselves."""
    _announce({"type": "plansChanged", "guildId": None})


def _announce(event: dict[str, str | None], *guild_ids: int) -> None:
    try:
        with client.pipeline(transaction=True) as pipe:
            for guild_id in guild_ids:
                pipe.delete(keys.features(guild_id), keys.subscription(guild_id))
            pipe.publish(keys.EVENTS_CHANNEL, json.dumps(event))
            pipe.execute()
    except (redis.RedisError, OSError) as error:
        log.warning("A changed plan could not be announced", guilds=guild_ids, reason=str(error))
