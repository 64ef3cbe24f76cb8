"""Redis clients that fail fast: the player's callers decide about repeating, never the client."""

from __future__ import annotations

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

ANSWER_SECONDS = 0.5
"""A Redis that takes longer counts as away."""


def fail_fast_client(url: str) -> redis.asyncio.Redis:
    """A client whose calls end within ANSWER_SECONDS, with strings in and out."""
    client: redis.asyncio.Redis = redis.asyncio.Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    return client
