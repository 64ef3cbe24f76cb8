"""Rebuilds a slot's queue from the journal while nobody consumes it, then consumes it; and stops consuming."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable

import structlog

from project.task_queues import slot_queue
from workers.audio.consumers import BrokerGone, SlotConsumers
from workers.audio.journal import Journal

log = structlog.get_logger()

SETTLE_SECONDS = 0.2
"""A cancelled queue may deliver for one kombu polling interval (0.1 s) more."""
STOP_SECONDS = 0.5
"""Longest wait for a consumer's thread that a hung Redis holds up; what it still pops is refused and journalled."""


class SlotQueues:
    """The queues of this process. Remembers which are consumed: one that is not needs no time to settle."""

    def __init__(self, consumers: SlotConsumers, journal: Journal) -> None:
        self._consumers = consumers
        self._journal = journal
        self._consumed: set[int] = set()
        self._quiet_from: dict[int, float] = {}

    async def stop(self, slot: int) -> None:
        """Consume the slot's queue no more; returns when no message of it can come any more."""
        if slot in self._consumed:
            self._consumed.discard(slot)
            self._quiet_from[slot] = time.monotonic() + SETTLE_SECONDS
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await self._consumers.cancel(slot_queue(slot))
            except BrokerGone:
                log.debug("No consumer to stop", slot=slot)
            except TimeoutError:
                log.warning("The consumer does not come round", slot=slot)
            self._quiet_from[slot] = time.monotonic() + SETTLE_SECONDS
        await asyncio.sleep(max(0.0, self._quiet_from.pop(slot, 0.0) - time.monotonic()))

    async def open(self, slot: int, busy: Callable[[], Iterable[str]], rebuilt: Callable[[], bool]) -> int | None:
        """Rebuild and, if `rebuilt()` says so, consume; how many messages are queued now, None if it is not consumed.

        Must follow `stop`. Raises BrokerGone (the next connection opens the queue), redis.RedisError and OSError.
        """
        queued = await self._journal.restore(slot, busy())
        if not rebuilt():
            return None
        self._consumed.add(slot)
        await self._consumers.consume(slot_queue(slot))
        return queued

    def broker_restarted(self) -> None:
        """A new connection consumes nothing yet; what the old one had popped may still be on its way."""
        until = time.monotonic() + SETTLE_SECONDS
        self._quiet_from.update(dict.fromkeys(self._consumed, until))
        self._consumed.clear()
