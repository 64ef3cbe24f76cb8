"""Leases over a Redis that was emptied, went back in time, or hung."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis.asyncio

from project.wire import keys
from project.wire.leases import Leases
from tests.ports import free_port
from tests.project.wire.test_leases import TTL_MS, client_of, leases, ripen
from tests.project.wire.test_leases import client as client
from tests.redis_server import start_redis


async def test_present_owners_assert_theirs_after_flushall(client: redis.asyncio.Redis) -> None:
    alice, bob = leases(client, "alice"), leases(client, "bob")
    await ripen(alice, bob)
    token = await alice.acquire(1)
    born = (await alice.renew()).born_ms
    await asyncio.sleep(0.01)
    await client.flushall()
    renewal = await bob.renew()
    assert await bob.acquire(1) is None
    assert renewal.born_ms > born
    assert not (await alice.renew()).lost
    assert await client.hgetall(keys.slot_lease(1)) == {"owner": "alice", "token": str(token)}


async def test_tokens_rise_over_an_emptied_redis(client: redis.asyncio.Redis) -> None:
    alice = leases(client, "alice")
    await ripen(alice)
    token = await alice.acquire(1)
    assert token is not None
    await client.flushall()
    bob = leases(client, "bob")
    await ripen(bob)
    newer = await bob.acquire(1)
    assert newer is not None
    assert newer > token
    assert (await alice.renew()).lost == {1}
    assert alice.held == {}


async def test_of_two_claims_after_an_emptied_redis_the_newer_token_wins(client: redis.asyncio.Redis) -> None:
    frozen = leases(client, "frozen")
    await ripen(frozen)
    await frozen.acquire(1)
    alice = leases(client, "alice")
    await asyncio.sleep(TTL_MS / 1000)
    await ripen(alice)
    assert await alice.acquire(1) is not None
    await client.flushall()
    assert not (await frozen.renew()).lost
    assert not (await alice.renew()).lost
    assert (await frozen.renew()).lost == {1}


async def test_a_redis_that_came_back_with_what_it_had_saved_has_lost_the_rest(tmp_path: Path) -> None:
    port = free_port()
    first = start_redis(port, tmp_path)
    client = client_of(f"redis://127.0.0.1:{port}/0")
    alice, shards = leases(client, "alice"), Leases(client, family="shard", holder="alice", ttl_ms=TTL_MS)
    await ripen(alice, shards)
    born = (await alice.renew()).born_ms
    await client.save()
    first.kill()
    first.wait()
    second = start_redis(port, tmp_path)
    try:
        await client.connection_pool.disconnect()
        reborn = (await shards.renew()).born_ms
        assert reborn > born
        assert (await alice.renew()).born_ms == reborn
    finally:
        await client.aclose()
        second.kill()
        second.wait()


async def test_an_identify_lock_outlives_an_emptied_redis(client: redis.asyncio.Redis) -> None:
    alice = Leases(client, family="shard", holder="alice", ttl_ms=TTL_MS)
    bob = Leases(client, family="shard", holder="bob", ttl_ms=TTL_MS)
    await ripen(alice, bob)
    assert await alice.acquire_identify(0) == 0
    assert 4.5 < await bob.acquire_identify(0) <= 5.2
    assert await bob.acquire_identify(1) == 0
    await client.flushall()
    await ripen(alice, bob)
    assert 3.5 < await bob.acquire_identify(0) <= 5.2


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """URL and process id of a Redis that a test may freeze."""
    port = free_port()
    process = start_redis(port, tmp_path)
    yield f"redis://127.0.0.1:{port}/0", process.pid
    process.send_signal(signal.SIGCONT)
    process.kill()
    process.wait()


async def test_a_frozen_redis_moves_nothing(own_redis: tuple[str, int]) -> None:
    url, pid = own_redis
    clients = [client_of(url), client_of(url)]
    alice, bob = (leases(client, name) for client, name in zip(clients, ("alice", "bob"), strict=True))
    await ripen(alice, bob)
    await alice.acquire_some(range(4), 4)
    await bob.acquire_some(range(4, 8), 4)
    os.kill(pid, signal.SIGSTOP)
    frozen_until = time.monotonic() + 3 * TTL_MS / 1000
    while time.monotonic() < frozen_until:
        for holder in (alice, bob):
            with pytest.raises((redis.RedisError, OSError)):
                await holder.renew()
    assert not alice.trusted(0)
    os.kill(pid, signal.SIGCONT)
    end = time.monotonic() + 10
    while not (alice.trusted(0) and bob.trusted(4)):
        assert time.monotonic() < end
        for holder in (bob, alice):
            try:
                await holder.renew()
                assert await holder.acquire_some(range(8), 8) == {}
            except (redis.RedisError, OSError):
                await asyncio.sleep(0.02)
    assert set(alice.held) == set(range(4))
    assert set(bob.held) == set(range(4, 8))
    for one in clients:
        await one.aclose()
