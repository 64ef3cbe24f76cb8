"""Claims shards by leases, so that any number of gateway processes share them and none is run twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import redis
import structlog

from bot.shard import Shard
from project.spawned import ended
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
        self._running: dict[int, Shard] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._born_ms: int | None = None
        self._stopping = False
        self._complained = float("-inf")
        self.redis_seen = False

    @property
    def shards(self) -> list[Shard]:
        """Those that run here."""
        return list(self._running.values())

    async def run(self) -> None:
        """Renew, claim and give up until cancelled; raises what a shard raises, e.g. GatewayRefused."""
        while True:
            await self._renew()
            for shard in self.shards:
                shard.check()
            await asyncio.sleep(RENEW_SECONDS)

    async def stop(self) -> None:
        """Hand all shards over and give up the claims; `run` must have ended."""
        self._stopping = True
        renewing = asyncio.create_task(self._keep_renewing(), name="claims until the end")
        for number in list(self._running):
            self._hand_over(number)
        if self._leaving:
            await asyncio.wait(self._leaving)
        await ended(renewing)
        try:
            await self._leases.leave()
        except (redis.RedisError, OSError) as error:
            log.warning("Claims will run out by themselves", reason=str(error))

    async def _keep_renewing(self) -> None:
        while True:
            await self._renew()
            await asyncio.sleep(RENEW_SECONDS)

    async def _renew(self) -> None:
        try:
            found = await self._leases.renew()
            self.redis_seen = True
            for number in found.lost & self._running.keys():
                log.warning("Another process has the shard", shard=number)
                self._hand_over(number, owned=False)
            if not self._stopping:
                self._notice_emptied(found)
                await self._take_share(found.live)
        except (redis.RedisError, OSError) as error:
            self._complain(error)

    async def _take_share(self, live: int) -> None:
        share = -(-self._shards // max(1, live))
        for number in sorted(self._running)[share:]:
            log.info("Handing a shard over to another process", shard=number)
            self._hand_over(number)
        for number in await self._leases.acquire_some(range(self._shards), share - len(self._leases.held)):
            self._start(number)

    def _notice_emptied(self, found: Renewal) -> None:
        before, self._born_ms = self._born_ms, found.born_ms
        if before is not None and before != found.born_ms:
            for shard in self.shards:
                shard.redis_was_emptied()

    def _complain(self, error: Exception) -> None:
        now = time.monotonic()
        if now - self._complained >= COMPLAIN_SECONDS:
            self._complained = now
            log.warning("Redis does not answer; the gateway keeps its sockets and waits", reason=str(error))

    def _start(self, number: int) -> None:
        shard = self._make(number)
        log.info("Claimed a shard", shard=number)
        self._running[number] = shard
        shard.start()

    def _hand_over(self, number: int, *, owned: bool = True) -> None:
        """In the background, so that the other claims are renewed meanwhile."""
        task = asyncio.create_task(self._leave(self._running.pop(number), owned), name=f"hand over shard {number}")
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _leave(self, shard: Shard, owned: bool) -> None:
        await shard.hand_over(owned=owned)
        if not owned or self._stopping:
            return
        try:
            await self._leases.release(shard.number)
        except (redis.RedisError, OSError) as error:
            log.warning("A claim will run out by itself", shard=shard.number, reason=str(error))
