"""The keeper survives an emptied Redis and a handler's failure, and hands over although a command never ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import redis.asyncio

from project.spawned import ended
from project.wire import keys
from project.wire.leases import holders_key
from tests.workers.audio.test_delivery import SLOT, Scene
from workers.audio import slots
from workers.audio.slots import SlotKeeper

OTHER = 0
"""The slot that the keeper takes by itself."""


@pytest.fixture
async def scene(redis_url: str) -> AsyncIterator[Scene]:
    client = redis.asyncio.Redis.from_url(redis_url, decode_responses=True)
    scene = Scene(client)
    await scene.set_up()
    keeping = asyncio.create_task(scene.keeper.run())
    yield scene
    await ended(keeping)
    await client.aclose()


async def until(true: Callable[[], bool]) -> None:
    """Let the keeper work until it is so."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 # the keeper sets no event for us
            await asyncio.sleep(0.01)


async def renewed(keeper: SlotKeeper) -> None:
    """One whole turn later."""
    before = keeper.renewed
    await until(lambda: keeper.renewed is not before)


async def test_the_handler_hears_of_each_emptied_redis_and_may_fail(scene: Scene) -> None:
    await renewed(scene.keeper)
    assert scene.player.emptied == 0
    for times in (1, 2):
        await scene.client.flushall()
        await renewed(scene.keeper)
        await renewed(scene.keeper)
        assert scene.player.emptied == times
        assert await scene.client.hget(keys.slot_lease(SLOT), "owner") == "alice"


async def test_a_command_that_never_ends_does_not_hold_a_hand_over_up(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "DRAIN_SECONDS", 0.05)
    began = asyncio.Event()

    async def never_ends() -> str:
        began.set()
        await asyncio.Event().wait()
        return "never"

    scene.player.act = never_ends
    task = asyncio.create_task(scene.handle())
    await began.wait()
    await asyncio.wait_for(scene.keeper.stop(), 10)
    assert SLOT in scene.player.left
    assert not await scene.client.exists(keys.slot_lease(SLOT))
    assert not task.done()
    await ended(task)
    assert await scene.journalled()


async def test_who_has_left_is_not_counted_among_the_living_again(scene: Scene) -> None:
    await renewed(scene.keeper)
    await scene.keeper.stop()
    scene.keeper.wake.set()
    await asyncio.sleep(0.3)  # a turn or two of the rhythm that goes on until the process ends
    assert await scene.client.zcard(holders_key("slot")) == 0


async def test_a_queue_is_not_popped_from_once_its_slot_is_seen_to_be_lost(scene: Scene) -> None:
    await renewed(scene.keeper)
    assert scene.keeper.may_pop(SLOT)
    await scene.client.hset(keys.slot_lease(SLOT), mapping={"owner": "bob", "token": 2**53})
    await until(lambda: SLOT not in scene.keeper.held)
    assert scene.leases.in_touch()  # the very renewal that lost it; nothing has stopped consuming yet
    assert not scene.keeper.may_pop(SLOT)


async def test_a_closed_slots_queue_is_not_popped_from(scene: Scene) -> None:
    scene.keeper.held[SLOT].open = False
    assert not scene.keeper.may_pop(SLOT)


async def test_a_queue_is_not_popped_from_without_trust(scene: Scene) -> None:
    assert scene.keeper.may_pop(SLOT)
    scene.leases.ttl_ms = 0
    assert not scene.keeper.may_pop(SLOT)
    assert scene.keeper.held[SLOT].open  # asked from another thread: what it means is the loop's to decide


async def test_trust_ends_with_the_tenure(scene: Scene) -> None:
    await until(lambda: OTHER in scene.player.trusts)
    trusted = scene.player.trusts[OTHER]
    assert trusted()
    scene.keeper.lose(OTHER)
    assert not trusted()


async def test_trust_ends_when_redis_is_not_heard(scene: Scene) -> None:
    await until(lambda: OTHER in scene.player.trusts)
    scene.leases.ttl_ms = 0
    assert not scene.player.trusts[OTHER]()
    assert OTHER in scene.keeper.held
