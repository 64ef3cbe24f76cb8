"""Leases keep one owner per number, whatever happens to Redis."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from project.wire import keys
from project.wire.leases import RELEASED_CHANNEL, Leases

TTL_MS = 400


def client_of(url: str) -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(
        url, decode_responses=True, socket_timeout=0.2, socket_connect_timeout=0.2, retry=Retry(NoBackoff(), 0)
    )


class Clock:
    """Monotonic seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    connection = client_of(redis_url)
    yield connection
    await connection.aclose()


def leases(client: redis.asyncio.Redis, holder: str) -> Leases:
    return Leases(client, family="slot", holder=holder, ttl_ms=TTL_MS)


async def ripen(*holders: Leases) -> None:
    """Renew until the family is one TTL old."""
    end = time.monotonic() + TTL_MS / 1000 + 0.1
    while time.monotonic() < end:
        for holder in holders:
            await holder.renew()
        await asyncio.sleep(0.03)


async def test_nobody_acquires_before_one_ttl(client: redis.asyncio.Redis) -> None:
    alice = leases(client, "alice")
    await alice.renew()
    assert await alice.acquire(1) is None
    await ripen(alice)
    assert await alice.acquire(1) is not None


async def test_one_owner_at_a_time(client: redis.asyncio.Redis) -> None:
    alice, bob = leases(client, "alice"), leases(client, "bob")
    await ripen(alice, bob)
    token = await alice.acquire(1)
    assert token is not None
    assert await bob.acquire(1) is None
    await alice.release(1)
    newer = await bob.acquire(1)
    assert newer is not None
    assert newer > token


async def test_takes_in_the_order_given_and_no_more_than_asked(client: redis.asyncio.Redis) -> None:
    alice = leases(client, "alice")
    await ripen(alice)
    assert list(await alice.acquire_some([5, 3, 4, 1], 3)) == [5, 3, 4]
    assert set(alice.held) == {3, 4, 5}


async def test_counts_live_holders(client: redis.asyncio.Redis) -> None:
    alice, bob = leases(client, "alice"), leases(client, "bob")
    await bob.renew()
    assert (await alice.renew()).live == 2
    await bob.leave()
    assert (await alice.renew()).live == 1


async def test_who_is_about_to_end_keeps_its_leases_and_needs_no_share(client: redis.asyncio.Redis) -> None:
    alice, bob = leases(client, "alice"), leases(client, "bob")
    await ripen(alice, bob)
    await alice.acquire(1)
    alice.ending = True
    assert (await alice.renew()).lost == frozenset()
    assert (await bob.renew()).live == 1
    assert await bob.acquire(1) is None


async def test_a_lease_that_ran_out_untaken_is_not_lost(client: redis.asyncio.Redis) -> None:
    alice = leases(client, "alice")
    await ripen(alice)
    token = await alice.acquire(1)
    await asyncio.sleep(TTL_MS / 1000 + 0.05)
    assert not await client.exists(keys.slot_lease(1))
    assert not (await alice.renew()).lost
    assert alice.held == {1: token}
    assert alice.trusted(1)


async def test_a_taken_lease_is_lost(client: redis.asyncio.Redis) -> None:
    alice, bob = leases(client, "alice"), leases(client, "bob")
    await ripen(alice, bob)
    await alice.acquire(1)
    end = time.monotonic() + TTL_MS / 1000 + 0.1
    while time.monotonic() < end:
        await bob.renew()
        await asyncio.sleep(0.03)
    assert await bob.acquire(1) is not None
    assert (await alice.renew()).lost == {1}
    assert not alice.trusted(1)


async def test_trust_ends_before_the_lease(client: redis.asyncio.Redis) -> None:
    clock = Clock()
    alice = Leases(client, family="slot", holder="alice", ttl_ms=TTL_MS, clock=clock)
    await ripen(alice)
    await alice.acquire(1)
    clock.now += 0.8 * TTL_MS / 1000 - 0.01
    assert alice.trusted(1)
    clock.now += 0.02
    assert not alice.trusted(1)
    assert 1 in alice.held
    await alice.renew()
    assert alice.trusted(1)


async def test_nobody_acquires_while_nobody_renewed(client: redis.asyncio.Redis) -> None:
    """Redis has just woken up: leases ran out meanwhile, and their owners come back in a moment."""
    alice, bob = leases(client, "alice"), leases(client, "bob")
    await ripen(alice, bob)
    await alice.acquire(1)
    await asyncio.sleep(TTL_MS / 1000 + 0.05)
    assert await bob.acquire(1) is None
    await bob.renew()
    assert await bob.acquire(1) is None
    assert not (await alice.renew()).lost


async def test_a_pause_of_the_renewals_loses_nothing_that_redis_knew(client: redis.asyncio.Redis) -> None:
    alice = leases(client, "alice")
    await ripen(alice)
    born = (await alice.renew()).born_ms
    await asyncio.sleep(TTL_MS / 1000 + 0.05)
    assert (await alice.renew()).born_ms == born


async def test_a_dead_holders_leases_are_given_up_and_announced(client: redis.asyncio.Redis) -> None:
    alice, bob = leases(client, "alice"), leases(client, "bob")
    await ripen(alice, bob)
    await alice.acquire_some([1, 2], 2)
    async with client.pubsub(ignore_subscribe_messages=True) as listener:
        await listener.subscribe(RELEASED_CHANNEL)
        await listener.get_message(timeout=1)
        assert sorted(await bob.drop_holder("alice")) == [1, 2]
        message = await listener.get_message(timeout=5)
    assert message is not None
    assert message["data"] == "slot"
    assert (await bob.renew()).live == 1
    assert set(await bob.acquire_some([1, 2], 2)) == {1, 2}


async def test_a_late_renewal_does_not_bring_a_released_lease_back(client: redis.asyncio.Redis) -> None:
    alice, twin = leases(client, "alice"), leases(client, "alice")
    await ripen(alice)
    token = await alice.acquire(1)
    assert token is not None
    twin.held = {1: token}  # the renewal that was under way
    await alice.release(1)
    assert (await twin.renew()).lost == {1}
    assert not await client.exists(keys.slot_lease(1))
