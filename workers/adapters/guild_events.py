"""Streams of what changed in guilds' players, one capped Redis stream per guild, for the API's server-sent events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import redis
import redis.asyncio

from project.wire import keys
from project.wire.guild_events import (
    STREAM_BYTES,
    STREAM_LENGTH,
    STREAM_SECONDS,
    GuildChange,
    change_json,
    kind_of,
)
from workers.ports import Away


class RedisGuildEvents:
    """Implements workers.ports.GuildEvents; all changes go in one round trip."""

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self._client = client

    async def append(self, changes: Sequence[tuple[int, GuildChange]]) -> None:
        """See ports.GuildEvents."""
        try:
            async with self._client.pipeline(transaction=False) as pipe:
                for guild_id, change in changes:
                    told = change_json(change)
                    fields: dict[Any, Any] = {kind_of(change): told}
                    most = min(STREAM_LENGTH, STREAM_BYTES // len(told.encode()))
                    pipe.xadd(keys.guild_events(guild_id), fields, maxlen=max(most, 1), approximate=True)
                for guild_id in {guild_id for guild_id, _ in changes}:
                    pipe.expire(keys.guild_events(guild_id), STREAM_SECONDS)
                await pipe.execute()
        except (redis.RedisError, OSError) as error:
            raise Away(f"Redis is away: {type(error).__name__}") from error
