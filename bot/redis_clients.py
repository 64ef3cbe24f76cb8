"""The gateway's connections to Redis: quick ones that give up soon, and one that may wait for a stream."""

from __future__ import annotations

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from project.wire.publish import ATTEMPT_SECONDS

CONNECTIONS = 32
"""Per client. Whoever finds all in use waits for one; redis-py's own pool raises an error beyond its limit."""
BLOCK_MS = 2_000
"""How long one read of an out-stream waits for something new."""


def quick(url: str) -> redis.asyncio.Redis:
    """For scripts and small reads: an answer within ATTEMPT_SECONDS or an error, never a retry of its own.

    Where all connections are in use, up to ATTEMPT_SECONDS are added.
    """
    return _client(url, ATTEMPT_SECONDS)


def patient(url: str) -> redis.asyncio.Redis:
    """For blocking reads of BLOCK_MS."""
    return _client(url, BLOCK_MS / 1000 + 1)


def text_of(value: bytes | str) -> str:
    """Redis answers bytes; its types allow both."""
    return value.decode() if isinstance(value, bytes) else value


def _client(url: str, seconds: float) -> redis.asyncio.Redis:
    pool = redis.asyncio.BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=ATTEMPT_SECONDS,
        socket_timeout=seconds,
        socket_connect_timeout=ATTEMPT_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    return redis.asyncio.Redis.from_pool(pool)
