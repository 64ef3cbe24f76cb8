"""What happens to a message between Celery and the slot's handler: whose is it, is it done already, is it done now.

A message is struck out of the journal when its work is done, and never before. One that meets no lease is pushed back
for the owner, never acknowledged away (DESIGN §3).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

import redis
import structlog

from project.task_queues import slot_of, slot_queue
from project.wire.messages import Command, Inbound, MalformedMessage, inbound_from_dict
from project.wire.publish import event_identity
from workers.audio.held_slot import HeldSlot
from workers.audio.journal import Journal
from workers.audio.runtime import SlotHandler
from workers.audio.slots import SlotKeeper
from workers.ports import Fenced, PortFailed

log = structlog.get_logger()

AGAIN_SECONDS = 0.5
"""Pause before a message that met an absent store is queued again."""
REMEMBERED_MAX = 4_096
"""Tasks known to be done; a second copy of one is not carried out again."""


def message_id(message: Inbound) -> str:
    """The message's id in its slot's journal."""
    return message.id if isinstance(message, Command) else event_identity(message)


class Delivery:
    """One per process. `handle` runs without a suspension up to the handler's own first await."""

    def __init__(self, *, slots: int, keeper: SlotKeeper, journal: Journal, handler: SlotHandler) -> None:
        self._slots = slots
        self._keeper, self._journal, self._handler = keeper, journal, handler
        self._done: OrderedDict[str, None] = OrderedDict()

    async def handle(self, argument: dict[str, Any], task_id: str, queue: str) -> str:
        """Carry a task out; a word for Flower. `queue` is where the message came from."""
        try:
            message = inbound_from_dict(argument)
        except MalformedMessage as error:
            return await self._drop(queue, task_id, error)
        slot = slot_of(message.guild_id, self._slots)
        owned = self._keeper.owner_of(slot)
        if owned is None:
            return await self._refuse(slot, message_id(message))
        if task_id in owned.running:
            return "running already"
        if task_id in self._done:
            await self._strike_out(slot, message_id(message), task_id)
            return "done already"
        return await self._carry_out(owned, message, argument, task_id)

    async def forget(self, queue: str, task_id: str) -> None:
        """A task was revoked: it must not come back from the journal."""
        slot = slot_of_queue(queue)
        if slot is not None:
            await self._strike_out(slot, None, task_id)

    async def _carry_out(self, owned: HeldSlot, message: Inbound, argument: dict[str, Any], task_id: str) -> str:
        identity = message_id(message)
        owned.begin(task_id, identity)
        try:
            word = await self._handler.deliver(argument, task_id)
        except PortFailed as error:
            return await self._failed(owned, identity, task_id, error)
        except MalformedMessage as error:
            owned.end(task_id)
            return await self._drop(slot_queue(owned.number), task_id, error)
        except BaseException as error:  # a fault of ours, or revoked: carrying it out again would not help
            await self._give_up(owned, identity, task_id, error)
            raise
        await self._finish(owned, identity, task_id)
        return word

    async def _finish(self, owned: HeldSlot, identity: str, task_id: str) -> None:
        self._done[task_id] = None
        if len(self._done) > REMEMBERED_MAX:
            self._done.popitem(last=False)
        try:
            await self._strike_out(owned.number, identity, task_id)
        finally:
            owned.end(task_id)

    async def _give_up(self, owned: HeldSlot, identity: str, task_id: str, error: BaseException) -> None:
        if not self._still_owns(owned):  # stopped with the slot, and the next owner carries it out
            log.info("Left to the next owner", slot=owned.number, message=identity, error=repr(error))
            owned.end(task_id)
            return
        log.error("A message is given up", slot=owned.number, message=identity, error=repr(error))
        await self._finish(owned, identity, task_id)

    def _still_owns(self, owned: HeldSlot) -> bool:
        return self._keeper.held.get(owned.number) is owned

    async def _failed(self, owned: HeldSlot, identity: str, task_id: str, error: PortFailed) -> str:
        if isinstance(error, Fenced):
            owned.end(task_id)
            # A slot being handed over is let go anyway; a later tenure of ours has an epoch of its own.
            if self._still_owns(owned) and not owned.leaving:
                log.warning("A newer epoch owns the slot", slot=owned.number)
                self._keeper.lose(owned.number)
            await self._push_back(owned.number, identity)
            return "fenced"
        if not error.retry:
            log.error("A message failed for good", slot=owned.number, message=identity, error=str(error))
            await self._finish(owned, identity, task_id)
            return "failed"
        log.warning("A message is tried again", slot=owned.number, message=identity, error=str(error))
        try:
            await asyncio.sleep(AGAIN_SECONDS)
        finally:
            owned.end(task_id)
        await self._push_back(owned.number, identity)
        return "again later"

    async def _drop(self, queue: str, task_id: str, error: MalformedMessage) -> str:
        log.error("A malformed message was dropped", queue=queue, task=task_id, error=str(error))
        await self.forget(queue, task_id)
        return "malformed"

    async def _refuse(self, slot: int, identity: str) -> str:
        closed = self._keeper.held.get(slot)
        if closed is not None:
            closed.refused.append(identity)
            return "held back"
        await self._push_back(slot, identity)
        return "not ours"

    async def _push_back(self, slot: int, identity: str) -> None:
        try:
            await self._journal.push_back(slot, identity)
        except (redis.RedisError, OSError) as error:
            log.info("Left in the journal", slot=slot, message=identity, error=str(error))

    async def _strike_out(self, slot: int, identity: str | None, task_id: str) -> None:
        try:
            await self._journal.done(slot, identity, task_id)
        except (redis.RedisError, OSError) as error:  # it will come again and be known
            log.info("Not struck out of the journal yet", slot=slot, message=identity, error=str(error))


def slot_of_queue(queue: str) -> int | None:
    """The slot in a queue's name, None for other queues."""
    head, dot, last = queue.rpartition(".")
    return int(last) if last.isdecimal() and head + dot == slot_queue(0)[:-1] else None
