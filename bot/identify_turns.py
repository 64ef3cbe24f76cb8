"""Whose turn it is to IDENTIFY: one shard per bucket in 5 s, across all gateway processes."""

from __future__ import annotations

import asyncio
import time

import redis
import structlog

from bot.metrics import IDENTIFY_WAIT_SECONDS
from project.wire.leases import IDENTIFY_MS, Leases

log = structlog.get_logger(__name__)


class IdentifyTurns:
    """`concurrency` is Discord's max_concurrency; it is learnt after the login."""

    def __init__(self, leases: Leases) -> None:
        self.concurrency = 1
        self._leases = leases
        self._own_last: dict[int, float] = {}

    async def wait(self, shard: int) -> None:
        """Return when the shard may send IDENTIFY now."""
        began, bucket = time.monotonic(), shard % self.concurrency
        while True:
            pause = await self._pause(bucket)
            if pause <= 0:
                self._own_last[bucket] = time.monotonic()
                IDENTIFY_WAIT_SECONDS.observe(time.monotonic() - began)
                return
            await asyncio.sleep(pause)

    async def _pause(self, bucket: int) -> float:
        """Seconds to wait before asking again; while Redis is away at least our own turns keep their distance."""
        try:
            return min(await self._leases.acquire_identify(bucket), IDENTIFY_MS / 1000)
        except (redis.RedisError, OSError) as error:
            log.warning("Identifying without the lock, Redis is away", bucket=bucket, reason=str(error))
        last = self._own_last.get(bucket)
        return 0.0 if last is None else max(0.0, last + IDENTIFY_MS / 1000 - time.monotonic())
