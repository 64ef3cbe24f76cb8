"""Keeps this process's share of the slots: takes and hands over, and opens a slot's queue only while it is safe.

The keeper lives as long as the process, beside Celery's bootsteps. A slot's queue is *open* while the slot is loaded,
its lease is trusted and its queue was rebuilt from the journal since the last time that messages were refused: so order
holds over a hung Redis, a broken broker connection and a hand-over.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial

import redis
import structlog

from project.spawned import Spawned
from project.wire.leases import RENEW_SECONDS, Leases, Renewal
from workers.audio.consumers import BrokerGone, SlotConsumers
from workers.audio.held_slot import HeldSlot
from workers.audio.journal import Journal
from workers.audio.requeue import Requeuer
from workers.audio.runtime import SlotHandler
from workers.audio.slot_queues import SlotQueues

log = structlog.get_logger()

RETRY_SECONDS = 2.0
"""Rest of a slot that could not be taken; somebody else may try meanwhile."""
COMPLAIN_SECONDS = 3.0
"""How often the log repeats that a store is away."""
DRAIN_SECONDS = 10.0
"""Longest wait for running commands at a hand-over; the next owner's epoch fences what is still running."""
DRAIN_AWAY_SECONDS = 0.5
"""The same while Redis does not answer: their outcomes cannot be said, so the next owner carries them out again."""
TAKE_AT_ONCE = 16
"""Slots that are being loaded at the same time."""

REDIS_AWAY = (redis.RedisError, OSError)


class SlotKeeper:
    """One per process, on the pool's loop. `renewed` is the last renewal that Redis answered."""

    def __init__(
        self, *, slots: int, leases: Leases, journal: Journal, handler: SlotHandler, consumers: SlotConsumers
    ) -> None:
        self.held: dict[int, HeldSlot] = {}
        self.renewed: Renewal | None = None
        self.redis_answers = False
        """Whether Redis answered the last time it was asked."""
        self.wake = asyncio.Event()
        """Set when leases were given up somewhere, to look at once."""
        self._slots = slots
        self._leases, self._journal, self._handler = leases, journal, handler
        self._queues = SlotQueues(consumers, journal)
        self._locks = {number: asyncio.Lock() for number in range(slots)}
        self._resting: dict[int, float] = {}
        self._requeuer = Requeuer(journal)
        self._loading = asyncio.Semaphore(TAKE_AT_ONCE)
        self._complained: dict[str, float] = {}
        self._stopping = self._left = False
        self._letting_go: set[asyncio.Task[None]] = set()
        self._telling = Spawned()

    # -- the rhythm ----------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Renew and balance until cancelled."""
        while True:
            await self._turn()
            try:
                await asyncio.wait_for(self.wake.wait(), RENEW_SECONDS)
            except TimeoutError:
                continue
            finally:
                self.wake.clear()

    async def _turn(self) -> None:
        if self._left:  # a renewal would count this process among the living for another TTL, and with it a share
            return
        try:
            before, renewed = self.renewed, await self._leases.renew()
            self.renewed, self.redis_answers = renewed, True
            for number in renewed.lost:
                self._lose(number)
            if before is not None and before.born_ms != renewed.born_ms:
                self._telling.start(self._handler.redis_emptied(), "redis emptied")
            if not self._stopping:
                await self._balance(renewed.live)
            await self._requeuer.look({slot.number: self._busy_ids(slot) for slot in self.held.values() if slot.open})
        except REDIS_AWAY as error:
            self.redis_answers = False
            self._complain("Redis does not answer; the slots stay as they are", error)
        except Exception:
            log.exception("The slot keeper stumbled")
        self._review()

    def _review(self) -> None:
        """Close what is not trusted; open what is loaded and trusted."""
        for slot in self.held.values():
            if not self._leases.trusted(slot.number):
                slot.open = False
            elif slot.loaded and not slot.open and not slot.leaving and not slot.busy:
                slot.work = asyncio.create_task(self._open(slot))

    async def _balance(self, live: int) -> None:
        wanted = -(-self._slots // max(1, live))  # rounded up: at most so many for each
        staying = [slot for slot in self.held.values() if not slot.leaving]
        for slot in staying[wanted:]:
            if not slot.busy:
                self._hand_over(slot)
        now = time.monotonic()
        self._resting = {number: until for number, until in self._resting.items() if until > now}
        free = [number for number in self._by_preference() if number not in self.held and number not in self._resting]
        for number, epoch in (await self._leases.acquire_some(free, wanted - len(self.held))).items():
            slot = self.held[number] = HeldSlot(number, epoch)
            slot.work = asyncio.create_task(self._take(slot))

    def _by_preference(self) -> list[int]:
        """All slots in an order of this holder's own, so that processes starting together collide less."""
        return sorted(range(self._slots), key=lambda number: hash((self._leases.holder, number)))

    # -- a slot's life -------------------------------------------------------------------------------------------------

    async def _take(self, slot: HeldSlot) -> None:
        try:
            async with self._locks[slot.number], self._loading:
                if self._still(slot):
                    await self._handler.taken(slot.number, slot.epoch, partial(self._trusts, slot))
        except Exception as error:
            self._complain("A slot cannot be taken yet", error, slot=slot.number)
            self._resting[slot.number] = time.monotonic() + RETRY_SECONDS
            if self._still(slot):
                del self.held[slot.number]
                await self._give_up_lease(slot.number)
            return
        slot.loaded = True
        if self._still(slot) and not slot.leaving:
            log.info("Slot taken", slot=slot.number, epoch=slot.epoch)
            await self._open(slot)

    async def _open(self, slot: HeldSlot) -> None:
        """Rebuild the queue from the journal with nobody consuming it, then consume it."""

        def rebuilt() -> bool:
            slot.open = self._may_open(slot)
            return slot.open

        try:
            await self._queues.stop(slot.number)
            if not self._may_open(slot):
                return
            slot.refused.clear()
            restored = await self._queues.open(slot.number, partial(self._busy_ids, slot), rebuilt)
        except BrokerGone:
            slot.open = False  # the next connection opens it
        except REDIS_AWAY as error:
            slot.open = False
            self._complain("A slot's queue cannot be rebuilt yet", error, slot=slot.number)
        else:
            log.debug("Slot open", slot=slot.number, restored=restored)

    def _hand_over(self, slot: HeldSlot) -> None:
        slot.leaving, slot.open = True, False
        slot.work = asyncio.create_task(self._release(slot))

    async def _release(self, slot: HeldSlot) -> None:
        await self._drain(slot)
        async with self._locks[slot.number]:
            if not self._still(slot):
                return
            await self._quietly(self._handler.released, slot.number)
            self.held.pop(slot.number, None)
        await self._give_up_lease(slot.number)
        log.info("Slot released", slot=slot.number)

    async def _drain(self, slot: HeldSlot) -> None:
        await self._queues.stop(slot.number)
        patience = DRAIN_SECONDS if self._leases.trusted(slot.number) else DRAIN_AWAY_SECONDS
        try:
            await asyncio.wait_for(slot.idle.wait(), patience)
        except TimeoutError:
            log.warning("Handed over while commands still run", slot=slot.number, running=len(slot.running))

    def lose(self, number: int) -> None:
        """Somebody else was seen to own the slot: in Redis, or by an epoch in PostgreSQL."""
        if number in self.held:
            task = asyncio.create_task(self._give_up_lease(number))
            self._letting_go.add(task)
            task.add_done_callback(self._letting_go.discard)
            self._resting[number] = time.monotonic() + RETRY_SECONDS
        self._lose(number)

    def _lose(self, number: int) -> None:
        slot = self.held.pop(number, None)
        if slot is None:
            return
        slot.open = False
        log.warning("Slot lost to another owner", slot=number, epoch=slot.epoch)
        task = asyncio.create_task(self._let_go(slot))
        self._letting_go.add(task)
        task.add_done_callback(self._letting_go.discard)

    async def _let_go(self, slot: HeldSlot) -> None:
        stopping = asyncio.create_task(self._stop_consuming(slot))
        async with self._locks[slot.number]:
            await self._quietly(self._handler.lost, slot.number)
        await stopping
        try:
            for message_id in slot.refused:
                await self._journal.push_back(slot.number, message_id)
        except REDIS_AWAY as error:
            log.info("Left in the journal", slot=slot.number, error=str(error))

    async def _stop_consuming(self, slot: HeldSlot) -> None:
        if slot.number not in self.held:  # not taken again meanwhile
            await self._queues.stop(slot.number)

    def stop_taking(self) -> None:
        """The process is about to end: keep what is held, take nothing more."""
        self._stopping = self._leases.ending = True
        self.wake.set()  # the others hear of it before the first slot is free

    async def stop(self) -> None:
        """Hand over everything and leave; `run` must go on until this returns."""
        self.stop_taking()
        while self.held:
            for slot in list(self.held.values()):
                if not slot.leaving and not slot.busy:
                    self._hand_over(slot)
            await asyncio.sleep(0.02)
        await asyncio.gather(*self._letting_go)
        await self._telling.close()
        self._left = True
        try:
            await self._leases.leave()
        except REDIS_AWAY as error:
            log.warning("Redis was not told that this worker leaves", error=str(error))
        await self._quietly(self._handler.stopped)

    # -- what others tell the keeper -----------------------------------------------------------------------------------

    def broker_restarted(self) -> None:
        """Celery has a new connection, which consumes no slot yet: open all again."""
        self._queues.broker_restarted()
        for slot in self.held.values():
            slot.open = False
        self.wake.set()

    def owner_of(self, number: int) -> HeldSlot | None:
        """The slot if messages for it may be worked on now; refusing one closes the queue until it is rebuilt."""
        slot = self.held.get(number)
        if slot is None or self.may_pop(number):
            return slot
        slot.open = False
        return None

    def may_pop(self, number: int) -> bool:
        """Whether the slot's queue is ours to take messages from; may be asked from any thread, and changes nothing."""
        slot = self.held.get(number)
        return slot is not None and slot.open and self._leases.trusted(number)

    # -- small things --------------------------------------------------------------------------------------------------

    def _busy_ids(self, slot: HeldSlot) -> set[str]:
        return set(slot.running.values()) | self._handler.in_mailbox(slot.number)

    def _trusts(self, slot: HeldSlot) -> bool:
        return self._still(slot) and self._leases.trusted(slot.number)

    def _still(self, slot: HeldSlot) -> bool:
        return self.held.get(slot.number) is slot

    def _may_open(self, slot: HeldSlot) -> bool:
        return self._trusts(slot) and not slot.leaving

    async def _give_up_lease(self, number: int) -> None:
        if not self._leases.trusted(number):  # Redis does not answer: waiting for it would hold up the other slots
            self._leases.forget(number)
            return
        try:
            await self._leases.release(number)
        except REDIS_AWAY as error:
            log.warning("A lease was not given back; it runs out by itself", slot=number, error=str(error))

    async def _quietly(self, call: Callable[..., Awaitable[None]], *args: int) -> None:
        try:
            await call(*args)
        except Exception:
            log.exception("A slot was not left cleanly", slots=args)

    def _complain(self, what: str, error: Exception, **more: int) -> None:
        now = time.monotonic()
        if now - self._complained.get(what, -COMPLAIN_SECONDS) >= COMPLAIN_SECONDS:
            self._complained[what] = now
            log.warning(what, error=str(error) or type(error).__name__, **more)
