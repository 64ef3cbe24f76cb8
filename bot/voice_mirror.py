"""Reads the voice maps that a former process mirrored: many in one round trip, and never `unreadable` as `empty`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import redis
import redis.asyncio
import structlog

from bot.redis_clients import text_of
from bot.voice_map import GuildVoice, from_mirror
from project.spawned import Spawned
from project.wire import keys

_PREFIX = keys.voice(0).removesuffix("0")

log = structlog.get_logger(__name__)

BATCH = 200
"""Maps per round trip: after READY every guild of a shard wants its own within a few turns of the loop."""
SCAN_COUNT = 500
"""Keys that Redis looks at per step, about 0.1 ms of its time."""
RETRY_SECONDS = 0.3


class VoiceMirror:
    """What `voice:<guild>` holds."""

    def __init__(self, store: redis.asyncio.Redis, concerns: Callable[[int], bool]) -> None:
        """`concerns` says whether a guild is this shard's."""
        self._store = store
        self._concerns = concerns
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

    async def find(self, found: Callable[[int, GuildVoice], None]) -> None:
        """Call `found` with every map that concerns us; starts again after an error of Redis, until all were seen."""
        while True:
            try:
                await self._scan(found)
                return
            except (redis.RedisError, OSError) as error:
                log.warning("The voice map cannot be loaded yet", reason=str(error) or type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

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

    async def _scan(self, found: Callable[[int, GuildVoice], None]) -> None:
        cursor = None
        while cursor != 0:
            cursor, names = await self._store.scan(cursor or 0, match=_PREFIX + "*", count=SCAN_COUNT)
            ids = [int(text) for name in names if (text := text_of(name).removeprefix(_PREFIX)).isdecimal()]
            ours = [guild_id for guild_id in ids if self._concerns(guild_id)]
            for start in range(0, len(ours), BATCH):
                batch = ours[start : start + BATCH]
                for guild_id, voice in zip(batch, await self._maps(batch), strict=True):
                    found(guild_id, voice)

    async def _maps(self, guild_ids: Sequence[int]) -> list[GuildVoice]:
        async with self._store.pipeline(transaction=False) as pipe:
            for guild_id in guild_ids:
                pipe.hgetall(keys.voice(guild_id))
            answers: list[dict[bytes, bytes]] = await pipe.execute()
        return [from_mirror({text_of(name): text_of(value) for name, value in raw.items()}) for raw in answers]
