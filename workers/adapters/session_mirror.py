"""Mirrors a slot's Lavalink sessions in Redis, for operators; the truth lies in PostgreSQL."""

from __future__ import annotations

import redis
import redis.asyncio

from project.wire import keys
from workers.ports import Away


class RedisSessionMirror:
    """Implements workers.ports.SessionMirror."""

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self._client = client

    async def remember_session(self, slot: int, node: str, session_id: str) -> None:
        """See ports.SessionMirror."""
        try:
            await self._client.hset(keys.slot_sessions(slot), node, session_id)
        except (redis.RedisError, OSError) as error:
            raise Away(f"Redis is away: {type(error).__name__}") from error

    async def forget_session(self, slot: int, node: str) -> None:
        """See ports.SessionMirror."""
        try:
            await self._client.hdel(keys.slot_sessions(slot), node)
        except (redis.RedisError, OSError) as error:
            raise Away(f"Redis is away: {type(error).__name__}") from error
