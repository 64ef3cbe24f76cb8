"""Reads the voice maps that a former process mirrored: many in one round trip, and never `unreadable` as `empty`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import redis
import redis.asyncio
import structlog

from bot.redis_clients import text_of
from bot.voice_map import GuildVoice, from_mirror
from project.spawned import Spawned
from project.wire import keys

log = structlog.get_logger(__name__)

BATCH = 200
"""Maps per round trip: after READY every guild of a shard wants its own within a few turns of the loop."""
RETRY_SECONDS = 0.1


class VoiceMirror:
    """What `voice:<guild>` holds."""

    def __init__(self, store: redis.asyncio.Redis) -> None:
        self._store = store
        self._wanted: dict[int, asyncio.Future[GuildVoice]] = {}
        self._spawned = Spawned()

    async def read(self, guild_id: int) -> GuildVoice:
        """A guild's map, empty if nothing was mirrored; waits as long as Redis is away."""
        wanted = self._wanted.get(guild_id)
        if wanted is None:
            wanted = self._wanted[guild_id] = asyncio.get_running_loop().create_future()
            if len(self._wanted) == 1:
                self._spawned.start(self._read_wanted(), "read voice maps")
        return await asyncio.shield(wanted)

    async def close(self) -> None:
        """Read no more; whoever still waits must be cancelled, too."""
        await self._spawned.close()

    async def _read_wanted(self) -> None:
        while self._wanted:
            batch = list(self._wanted)[:BATCH]
            try:
                maps = await self._maps(batch)
            except (redis.RedisError, OSError) as error:
                log.warning("Voice maps cannot be read yet", guilds=len(self._wanted), reason=str(error))
                await asyncio.sleep(RETRY_SECONDS)
                continue
            for guild_id, voice in zip(batch, maps, strict=True):
                self._wanted.pop(guild_id).set_result(voice)

    async def _maps(self, guild_ids: Sequence[int]) -> list[GuildVoice]:
        async with self._store.pipeline(transaction=False) as pipe:
            for guild_id in guild_ids:
                pipe.hgetall(keys.voice(guild_id))
            answers: list[dict[bytes, bytes]] = await pipe.execute()
        return [from_mirror({text_of(name): text_of(value) for name, value in raw.items()}) for raw in answers]
