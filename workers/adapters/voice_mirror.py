"""Reads the voice credentials that the gateway mirrors, and says which guilds have a player."""

from __future__ import annotations

from collections.abc import Iterable

import redis
import redis.asyncio

from project.wire import keys
from workers.ports import Away, VoiceCredentials

_FIELDS = ("session_id", "channel_id", "token", "endpoint")


class RedisVoiceMirror:
    """Implements workers.ports.VoiceMirror."""

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self._client = client

    async def credentials(self, guild_id: int) -> VoiceCredentials | None:
        """See ports.VoiceMirror."""
        try:
            found = await self._client.hmget(keys.voice(guild_id), *_FIELDS)
        except (redis.RedisError, OSError) as error:
            raise Away(f"Redis is away: {type(error).__name__}") from error
        session_id, channel_id, token, endpoint = (None if value is None else str(value) for value in found)
        if not (session_id and channel_id and token and endpoint):
            return None
        return VoiceCredentials(session_id, int(channel_id), token, endpoint)

    async def activate(self, guild_id: int) -> None:
        """See ports.VoiceMirror."""
        await self.activate_all([guild_id])

    async def activate_all(self, guild_ids: Iterable[int]) -> None:
        """Mark many guilds at once, as after an emptied Redis; raises Away."""
        members = [str(guild_id) for guild_id in guild_ids]
        if not members:
            return
        try:
            await self._client.sadd(keys.PLAYERS_ACTIVE, *members)
        except (redis.RedisError, OSError) as error:
            raise Away(f"Redis is away: {type(error).__name__}") from error

    async def deactivate(self, guild_id: int) -> None:
        """See ports.VoiceMirror."""
        try:
            await self._client.srem(keys.PLAYERS_ACTIVE, str(guild_id))
        except (redis.RedisError, OSError) as error:
            raise Away(f"Redis is away: {type(error).__name__}") from error
