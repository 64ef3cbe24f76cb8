"""The API's Redis clients."""

from __future__ import annotations

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from project import settings
from project.wire.publish import ATTEMPT_SECONDS

BLOCK_SECONDS = 2
"""The longest wait in one call of `waiting_client`."""


def _client(seconds: float) -> redis.Redis:
    made: redis.Redis = redis.Redis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_timeout=seconds,
        socket_connect_timeout=ATTEMPT_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    return made


client = _client(ATTEMPT_SECONDS)
"""Raises redis.RedisError within half a second where Redis is away."""
waiting_client = _client(BLOCK_SECONDS + ATTEMPT_SECONDS)
"""For calls that block."""


def stream_client(block_seconds: float) -> redis.asyncio.Redis:
    """For one event stream; its caller closes it."""
    made: redis.asyncio.Redis = redis.asyncio.Redis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_timeout=block_seconds + ATTEMPT_SECONDS,
        socket_connect_timeout=ATTEMPT_SECONDS,
        retry=AsyncRetry(NoBackoff(), 0),
    )
    return made
