"""Tells the desk which guilds the bot is in, so that each has a row for its plan; nobody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import redis
import redis.asyncio
import structlog
from celery import Celery

from project.spawned import Spawned
from project.task_queues import DESK_QUEUE
from project.wire.envelope import celery_message

log = structlog.get_logger(__name__)

TASK = "guilds.joined"
AT_ONCE = 500
"""Guilds per message: READY names up to 2500."""
AGAIN_SECONDS = 2.0


class JoinedGuilds:
    """What Redis cannot take is said again until it can; a guild that was told of twice has one row."""

    def __init__(self, app: Celery, store: redis.asyncio.Redis) -> None:
        self._app, self._store = app, store
        self._waiting: set[int] = set()
        self._telling = False
        self._spawned = Spawned()

    def tell(self, guild_ids: Iterable[int]) -> None:
        """The bot is in these; returns at once."""
        self._waiting.update(guild_ids)
        if self._waiting and not self._telling:
            self._telling = True
            self._spawned.start(self._tell_all(), "joined guilds")

    async def close(self) -> None:
        """What was not told will be: the next process reads READY again, or has the event replayed."""
        await self._spawned.close()

    async def _tell_all(self) -> None:
        try:
            while self._waiting:
                guilds = sorted(self._waiting)[:AT_ONCE]
                argument = {"guilds": [str(guild_id) for guild_id in guilds]}
                _, raw = celery_message(self._app, TASK, argument, DESK_QUEUE)
                try:
                    await self._store.lpush(DESK_QUEUE, raw)
                except (redis.RedisError, OSError) as error:
                    log.warning("Joined guilds wait to be told", guilds=len(self._waiting), reason=str(error))
                    await asyncio.sleep(AGAIN_SECONDS)
                else:
                    self._waiting.difference_update(guilds)
        finally:
            self._telling = False
