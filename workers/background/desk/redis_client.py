"""The background workers' Redis client."""

from __future__ import annotations

from functools import cache

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from project import settings
from project.wire.publish import ATTEMPT_SECONDS


@cache
def client() -> redis.Redis:
    """The one of this process; not to be used before the pool forks, or a lock may be inherited."""
    return new_client()


def new_client() -> redis.Redis:
    """Strings in and out; a call ends within ATTEMPT_SECONDS and raises redis.RedisError where Redis is away."""
    made: redis.Redis = redis.Redis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_timeout=ATTEMPT_SECONDS,
        socket_connect_timeout=ATTEMPT_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    return made
