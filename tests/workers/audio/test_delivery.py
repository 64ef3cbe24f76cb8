"""A message is struck out when its work is done, pushed back when it is another's, and carried out once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest
import redis.asyncio

from project.celery import app
from project.task_queues import slot_queue
from project.wire import keys
from project.wire.envelope import celery_message
from project.wire.leases import Leases, family_key
from project.wire.messages import Actor, Command, Pause, to_dict
from tests.workers.audio.worker_stage import LONG_IN_USE
from workers.audio.consumers import SlotConsumers
from workers.audio.delivery import Delivery, slot_of_queue
from workers.audio.held_slot import HeldSlot
from workers.audio.journal import Journal
from workers.audio.slots import SlotKeeper
from workers.ports import Away, Fenced, NodeRefused

SLOT, SLOTS = 1, 2
COMMAND = Command(
    id="42", guild_id=1 << 22, order=Pause(), actor=Actor(kind="member", user_id=1, name="Alice"), issued_ms=1
)
ARGUMENT = to_dict(COMMAND)


@dataclass
class Player:
    """A slot handler that does what a test says."""

    act: Callable[[], Coroutine[Any, Any, str]]
    delivered: int = 0
    gone: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    emptied: int = 0
    trusts: dict[int, Callable[[], bool]] = field(default_factory=dict)

    async def taken(self, slot: int, epoch: int, trusted: Callable[[], bool]) -> None:
        """See SlotHandler."""
        self.trusts[slot] = trusted

    async def released(self, slot: int) -> None:
        """See SlotHandler."""
        self.left.append(slot)

    async def lost(self, slot: int) -> None:
        """See SlotHandler."""
        self.gone.append(slot)

    async def deliver(self, argument: dict[str, Any], task_id: str) -> str:
        """See SlotHandler."""
        self.delivered += 1
        return await self.act()

    def in_mailbox(self, slot: int) -> set[str]:
        """See SlotHandler."""
        return set()

    async def redis_emptied(self) -> None:
        """See SlotHandler; fails, as it may."""
        self.emptied += 1
        raise Away("Redis went away again")

    async def stopped(self) -> None:
        """See SlotHandler."""


class Scene:
    """A slot that is held and open, and one journalled command."""

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self.client = client
        self.player = Player(self.done)
        self.leases = Leases(client, family="slot", holder="alice", ttl_ms=300)
        journal = Journal(client)
        self.keeper = SlotKeeper(
            slots=SLOTS,
            leases=self.leases,
            journal=journal,
            handler=self.player,
            consumers=SlotConsumers(lambda: None),
        )
        self.delivery = Delivery(slots=SLOTS, keeper=self.keeper, journal=journal, handler=self.player)
        self.task_id, self._raw = celery_message(app, "player.pause", ARGUMENT, slot_queue(SLOT))

    async def done(self) -> str:
        """Work that succeeds."""
        return "Paused"

    async def set_up(self) -> None:
        """Hold the slot and publish the command, already popped."""
        await self.client.hset(family_key("slot"), mapping=LONG_IN_USE)
        await self.leases.renew()
        epoch = await self.leases.acquire(SLOT)
        assert epoch is not None
        self.leases.ttl_ms = 60_000  # trust outlasts a slow machine
        self.keeper.held[SLOT] = HeldSlot(SLOT, epoch, loaded=True, open=True)
        await self.client.hset(keys.journal(SLOT), COMMAND.id, f"1|{self._raw}")

    async def handle(self) -> str:
        """What the task does."""
        return await self.delivery.handle(ARGUMENT, self.task_id, slot_queue(SLOT))

    async def journalled(self) -> bool:
        """Whether the command is still in the journal."""
        return bool(await self.client.exists(keys.journal(SLOT)))

    async def queued(self) -> int:
        """How many messages wait."""
        return int(await self.client.llen(slot_queue(SLOT)))


@pytest.fixture
async def scene(redis_url: str) -> AsyncIterator[Scene]:
    client = redis.asyncio.Redis.from_url(redis_url, decode_responses=True)
    scene = Scene(client)
    await scene.set_up()
    yield scene
    await client.aclose()


async def test_what_is_done_is_struck_out(scene: Scene) -> None:
    assert await scene.handle() == "Paused"
    assert not await scene.journalled()


async def test_a_copy_is_not_carried_out_again(scene: Scene) -> None:
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> str:
        began.set()
        await go_on.wait()
        return "Paused"

    scene.player.act = slowly
    first = asyncio.create_task(scene.handle())
    await began.wait()
    assert await scene.handle() == "running already"
    assert await scene.journalled()
    go_on.set()
    assert await first == "Paused"
    assert await scene.handle() == "done already"
    assert scene.player.delivered == 1


async def test_another_owners_message_goes_back(scene: Scene) -> None:
    del scene.keeper.held[SLOT]
    assert await scene.handle() == "not ours"
    assert await scene.queued() == 1
    assert scene.player.delivered == 0


async def test_a_message_for_a_closed_slot_is_left_to_its_rebuilding(scene: Scene) -> None:
    slot = scene.keeper.held[SLOT]
    slot.open = False
    assert await scene.handle() == "held back"
    assert slot.refused == [COMMAND.id]
    assert await scene.journalled()
    assert await scene.queued() == 0


async def test_without_trust_the_slot_closes(scene: Scene) -> None:
    scene.leases.ttl_ms = 0
    assert await scene.handle() == "held back"
    assert not scene.keeper.held[SLOT].open


async def test_a_newer_epoch_takes_the_slot_away(scene: Scene) -> None:
    async def fenced() -> str:
        raise Fenced("epoch 7")

    scene.player.act = fenced
    assert await scene.handle() == "fenced"
    assert await scene.queued() == 1
    await asyncio.sleep(0.1)
    assert scene.player.gone == [SLOT]
    assert scene.keeper.held == {}
    assert not await scene.client.exists(keys.slot_lease(SLOT))


async def test_a_fence_during_a_hand_over_is_no_loss(scene: Scene) -> None:
    slot = scene.keeper.held[SLOT]

    async def fenced() -> str:
        slot.leaving = True
        raise Fenced("the slot is let go")

    scene.player.act = fenced
    assert await scene.handle() == "fenced"
    assert scene.keeper.held == {SLOT: slot}
    assert slot.running == {}
    assert await scene.queued() == 1


async def test_an_absent_store_means_again_later(scene: Scene) -> None:
    async def away() -> str:
        raise Away("PostgreSQL does not answer")

    scene.player.act = away
    assert await scene.handle() == "again later"
    assert await scene.queued() == 1
    assert await scene.journalled()
    scene.player.act = scene.done
    assert await scene.handle() == "Paused"


async def test_what_cannot_succeed_is_not_tried_again(scene: Scene) -> None:
    async def refused() -> str:
        raise NodeRefused("400")

    scene.player.act = refused
    assert await scene.handle() == "failed"
    assert not await scene.journalled()


async def test_a_fault_of_ours_is_not_tried_again(scene: Scene) -> None:
    async def broken() -> str:
        raise ZeroDivisionError

    scene.player.act = broken
    with pytest.raises(ZeroDivisionError):
        await scene.handle()
    assert not await scene.journalled()
    assert scene.keeper.held[SLOT].running == {}
    assert scene.keeper.held[SLOT].idle.is_set()


async def test_what_breaks_after_a_hand_over_is_left_to_the_next_owner(scene: Scene) -> None:
    began, end = asyncio.Event(), asyncio.Event()

    async def broken_by_the_end() -> str:
        began.set()
        await end.wait()
        raise ZeroDivisionError

    scene.player.act = broken_by_the_end
    task = asyncio.create_task(scene.handle())
    await began.wait()
    slot = scene.keeper.held.pop(SLOT)
    end.set()
    with pytest.raises(ZeroDivisionError):
        await task
    assert slot.running == {}
    assert await scene.journalled()


async def test_a_fence_of_an_earlier_tenure_costs_the_present_one_nothing(scene: Scene) -> None:
    now = HeldSlot(SLOT, 7, loaded=True)

    async def fenced() -> str:
        scene.keeper.held[SLOT] = now  # lost and taken again meanwhile
        raise Fenced("epoch 6")

    scene.player.act = fenced
    assert await scene.handle() == "fenced"
    assert scene.keeper.held == {SLOT: now}


async def test_poison_is_dropped(scene: Scene) -> None:
    assert await scene.delivery.handle({"type": "command"}, scene.task_id, slot_queue(SLOT)) == "malformed"
    assert not await scene.journalled()


def test_a_queue_names_its_slot() -> None:
    assert slot_of_queue(slot_queue(13)) == 13
    assert slot_of_queue("audio.control.audio@host-1/x") is None
    assert slot_of_queue("audio.control.audio@10.0.0.13") is None
