"""Claims shards by leases, so that any number of gateway processes share them and none is run twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import redis
import structlog

from bot.shard import Shard
from project.wire.leases import RENEW_SECONDS, Leases, Renewal

log = structlog.get_logger(__name__)

TTL_MS = 1_000
"""A standby takes over a dead process's shards after this."""
COMPLAIN_SECONDS = 3.0


class ShardClaims:
    """Holds this process's share: ceil(shards / live processes). A lost claim is one that another process has."""

    def __init__(self, leases: Leases, shards: int, make: Callable[[int], Shard]) -> None:
        self._leases = leases
        self._shards = shards
        self._make = make
        self._running: dict[int, tuple[Shard, asyncio.Task[None]]] = {}
        self._born_ms: int | None = None
        self._stopping = False
        self._complained = float("-inf")
        self.redis_seen = False

    @property
    def shards(self) -> list[Shard]:
        """Those that run here."""
        return [shard for shard, _ in self._running.values()]

    async def run(self) -> None:
        """Renew, claim and give up until cancelled; raises what a shard raises, e.g. GatewayRefused."""
        while True:
            try:
                await self._turn()
            except (redis.RedisError, OSError) as error:
                self._complain(error)
            for number, (_, task) in list(self._running.items()):
                if task.done():
                    del self._running[number]
                    task.result()
            await asyncio.sleep(RENEW_SECONDS)

    async def stop(self) -> None:
        """Hand all shards over and give up the claims."""
        self._stopping = True
        renewing = asyncio.create_task(self.run(), name="claims until the end")
        await asyncio.gather(*(self._end(number) for number in list(self._running)))
        renewing.cancel()
        await asyncio.wait([renewing])
        try:
            await self._leases.leave()
        except (redis.RedisError, OSError) as error:
            log.warning("Claims will run out by themselves", reason=str(error))

    async def _turn(self) -> None:
        found = await self._leases.renew()
        self.redis_seen = True
        for number in found.lost:
            log.warning("Another process has the shard", shard=number)
            await self._end(number)
        if self._stopping:
            return
        await self._notice_emptied(found)
        share = -(-self._shards // max(1, found.live))
        for number in sorted(self._running)[share:]:
            log.info("Handing a shard over to another process", shard=number)
            await self._end(number)
            await self._leases.release(number)
        if (room := share - len(self._running)) > 0:
            for number in await self._leases.acquire_some(range(self._shards), room):
                self._start(number)

    async def _notice_emptied(self, found: Renewal) -> None:
        before, self._born_ms = self._born_ms, found.born_ms
        if before is not None and before != found.born_ms:
            await asyncio.gather(*(shard.redis_was_emptied() for shard in self.shards))

    def _complain(self, error: Exception) -> None:
        now = time.monotonic()
        if now - self._complained >= COMPLAIN_SECONDS:
            self._complained = now
            log.warning("Redis does not answer; the gateway keeps its sockets and waits", reason=str(error))

    def _start(self, number: int) -> None:
        shard = self._make(number)
        log.info("Claimed a shard", shard=number)
        self._running[number] = (shard, asyncio.create_task(shard.run(), name=f"shard {number}"))

    async def _end(self, number: int) -> None:
        shard, task = self._running.pop(number)
        task.cancel()
        await asyncio.wait([task])
        await shard.hand_over()
