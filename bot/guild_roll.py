"""Tells the desk which guilds the bot is in and which it has left: a row for a plan, and what to forget one day."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import redis
import redis.asyncio
import structlog
from celery import Celery

from project.spawned import Spawned
from project.task_queues import DESK_QUEUE
from project.wire.envelope import celery_message

log = structlog.get_logger(__name__)

JOINED, LEFT, LISTED = "guilds.joined", "guilds.left", "guilds.listed"
"""Names of the desk's tasks."""
AT_ONCE = 500
"""Guilds per message: READY names up to 2500."""
AGAIN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class _News:
    task: str
    at_ms: int


class GuildRoll:
    """What Redis cannot take is said again until it can; of each guild the last word counts. Nobody waits for it.

    Words carry their moment (wall clock, ms): the desk serves them side by side, in any order.
    """

    def __init__(
        self, app: Celery, store: redis.asyncio.Redis, *, shard: int, shards: int, now_ms: Callable[[], int]
    ) -> None:
        self._app, self._store, self._now_ms = app, store, now_ms
        self._place = {"shard": shard, "shards": shards}
        self._waiting: dict[int, _News] = {}
        self._listed_ms: int | None = None
        self._telling = False
        self._spawned = Spawned()

    def listed(self, guild_ids: Iterable[int]) -> None:
        """READY named these: the bot is in them, and in no other of the shard."""
        self._listed_ms = self._now_ms()
        self._note(guild_ids, _News(JOINED, self._listed_ms))

    def joined(self, guild_id: int) -> None:
        """The bot is in a guild that READY did not name."""
        self._note([guild_id], _News(JOINED, self._now_ms()))

    def left(self, guild_id: int) -> None:
        """The bot was removed; not an outage."""
        self._note([guild_id], _News(LEFT, self._now_ms()))

    async def close(self) -> None:
        """What was not told will be: the next process reads READY again, or has the event replayed."""
        await self._spawned.close()

    def _note(self, guild_ids: Iterable[int], news: _News) -> None:
        self._waiting.update(dict.fromkeys(guild_ids, news))
        if not self._telling:
            self._telling = True
            self._spawned.start(self._tell_all(), "guild roll")

    async def _tell_all(self) -> None:
        try:
            while self._waiting or self._listed_ms is not None:
                try:
                    await self._tell_some()
                except (redis.RedisError, OSError) as error:
                    log.warning("Joined or left guilds wait to be told", guilds=len(self._waiting), reason=str(error))
                    await asyncio.sleep(AGAIN_SECONDS)
        finally:
            self._telling = False

    async def _tell_some(self) -> None:
        """The next batch, or, when all are told, that the list was whole; raises what Redis does."""
        if not self._waiting:
            listed_ms = self._listed_ms
            await self._push(LISTED, {**self._place, "at_ms": listed_ms})
            if self._listed_ms == listed_ms:
                self._listed_ms = None
            return
        news = next(iter(self._waiting.values()))
        guilds = sorted(guild_id for guild_id, its in self._waiting.items() if its == news)[:AT_ONCE]
        await self._push(news.task, {"guilds": list(map(str, guilds)), "at_ms": news.at_ms})
        for guild_id in guilds:
            if self._waiting[guild_id] == news:
                del self._waiting[guild_id]

    async def _push(self, task: str, argument: dict[str, Any]) -> None:
        _, raw = celery_message(self._app, task, argument, DESK_QUEUE)
        await self._store.lpush(DESK_QUEUE, raw)
