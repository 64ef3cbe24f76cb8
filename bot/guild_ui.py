"""What a guild wants of the gateway's own words: its language, and whether answers are for the asking member alone."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import redis
import redis.asyncio
import structlog

from bot.redis_clients import text_of
from bot.together import Together
from project.wire import keys

log = structlog.get_logger(__name__)

FRESH_SECONDS = 5.0
"""Settings take effect everywhere within this time."""
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Ui:
    """Without a setting the interaction's own locale holds, and answers are public."""

    locale: str | None = None
    ephemeral: bool = False


class GuildUi:
    """Reads `guild-ui:<guild>`; while Redis is away the last known, or the defaults."""

    def __init__(self, store: redis.asyncio.Redis, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._reading = Together(self._read_many)
        self._known: OrderedDict[int, tuple[float, Ui]] = OrderedDict()

    async def of(self, guild_id: int) -> Ui:
        """A guild's settings, at most FRESH_SECONDS old."""
        read_at, ui = self._known.pop(guild_id, (float("-inf"), Ui()))
        if self._clock() - read_at >= FRESH_SECONDS:
            ui = await self._read(guild_id, ui)
            read_at = self._clock()
        self._known[guild_id] = (read_at, ui)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return ui

    async def close(self) -> None:
        """Read no more."""
        await self._reading.close()

    async def _read(self, guild_id: int, last: Ui) -> Ui:
        try:
            return await self._reading.of(guild_id)
        except (redis.RedisError, OSError) as error:
            log.warning("A guild's language could not be read", guild_id=guild_id, reason=str(error))
            return last

    async def _read_many(self, guild_ids: Sequence[int]) -> list[Ui]:
        async with self._store.pipeline(transaction=False) as pipe:
            for guild_id in guild_ids:
                pipe.hmget(keys.guild_ui(guild_id), "locale", "ephemeral")
            answers: list[list[bytes | None]] = await pipe.execute()
        return [Ui(text_of(locale or b"") or None, text_of(private or b"") == "1") for locale, private in answers]
