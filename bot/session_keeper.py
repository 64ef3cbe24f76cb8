"""Saves a shard's gateway session for the next process, and reads what the former one saved."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import redis
import redis.asyncio
import structlog

from bot.gateway_session import GatewaySession, resumable_of
from project.wire import keys
from project.wire.publish import COMMAND_PATIENCE_MS, NotPublished, SideWrites, mirror
from project.wire.publisher import Publisher

log = structlog.get_logger(__name__)

SAVE_SECONDS = 5.0
"""How often the session is saved when no command does it."""


class SessionKeeper:
    """One shard's; `sequence` is how far its socket has read."""

    def __init__(
        self,
        *,
        shard: int,
        session: GatewaySession,
        sequence: Callable[[], int | None],
        publisher: Publisher,
        store: redis.asyncio.Redis,
    ) -> None:
        self._shard = shard
        self._session, self._sequence = session, sequence
        self._publisher, self._store = publisher, store

    async def restore(self, also: Callable[[], Awaitable[None]]) -> None:
        """Go on with the former process's session, if Redis has it; `also` reads what else belongs to it."""
        await self._publisher.publish(mirror(SideWrites()))  # waits for Redis, and learns its clock
        try:
            point = resumable_of(await self._store.hgetall(keys.shard_session(self._shard)))
            await also()
        except (redis.RedisError, OSError) as error:
            log.warning("The former session could not be read", shard=self._shard, reason=str(error))
            return
        if point is not None:
            log.info("Resuming the session of a former process", shard=self._shard, sequence=point.sequence)
            self._session.restore(point)

    async def save_now_and_then(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(SAVE_SECONDS)
            await self.save()

    async def save(self, patience_ms: int = COMMAND_PATIENCE_MS) -> None:
        """Save it, or say so in the log."""
        self._session.seen(self._sequence())
        deadline = self._publisher.clock.now_ms() + patience_ms
        try:
            await self._publisher.publish(mirror(SideWrites(hset=self._session.writes()), deadline_ms=deadline))
        except NotPublished as error:
            log.warning("The session was not saved", shard=self._shard, reason=str(error))
