"""Queues are rebuilt from their journal in order, and only what was handled is struck out."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import redis.asyncio

from project.task_queues import slot_queue
from project.wire import keys
from workers.audio.journal import Journal
from workers.audio.requeue import LOST_AFTER_SECONDS, MissingSince

SLOT = 3
QUEUE, JOURNAL = slot_queue(SLOT), keys.journal(SLOT)


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    connection = redis.asyncio.Redis.from_url(redis_url, decode_responses=True)
    yield connection
    await connection.aclose()


async def publish(client: redis.asyncio.Redis, message_id: str, seq: int, *, queued: bool = True) -> str:
    raw = f'{{"headers": {{"id": "task-{seq}"}}, "text": "with | and\\nnewline"}}'
    await client.hset(JOURNAL, message_id, f"{seq}|{raw}")
    if queued:
        await client.lpush(QUEUE, raw)
    return raw


async def queue(client: redis.asyncio.Redis) -> list[str]:
    """What a consumer gets, first to last."""
    return [str(raw) for raw in reversed(await client.lrange(QUEUE, 0, -1))]


async def test_restore_makes_the_queue_the_journal_in_order(client: redis.asyncio.Redis) -> None:
    raws = [await publish(client, f"m{seq}", seq, queued=seq % 2 == 0) for seq in (2, 10, 9, 11)]
    assert await Journal(client).restore(SLOT) == 4
    assert await queue(client) == [raws[0], raws[2], raws[1], raws[3]]


async def test_restore_drops_what_was_done(client: redis.asyncio.Redis) -> None:
    raw = await publish(client, "m1", 1)
    await client.lpush(QUEUE, '{"headers": {"task": "player.play"}}')
    await Journal(client).restore(SLOT)
    assert await queue(client) == [raw]


async def test_restore_keeps_reads_in_order_behind_the_commands(client: redis.asyncio.Redis) -> None:
    reads = [f'{{"headers": {{"task": "player.queue", "id": "{number}"}}}}' for number in (1, 2)]
    await client.lpush(QUEUE, *reads)
    raw = await publish(client, "m1", 1)
    assert await Journal(client).restore(SLOT) == 3
    assert await queue(client) == [raw, *reads]


async def test_restore_leaves_out_what_is_being_worked_on(client: redis.asyncio.Redis) -> None:
    await publish(client, "m1", 1)
    second = await publish(client, "m2", 2)
    await Journal(client).restore(SLOT, {"m1"})
    assert await queue(client) == [second]


async def test_done_strikes_out(client: redis.asyncio.Redis) -> None:
    await publish(client, "m1", 1)
    assert await Journal(client).done(SLOT, "m1", "task-1")
    assert not await client.exists(JOURNAL)


async def test_done_leaves_a_later_event_of_the_same_id(client: redis.asyncio.Redis) -> None:
    await publish(client, "player.voice_state:7", 2)
    assert not await Journal(client).done(SLOT, "player.voice_state:7", "task-1")
    assert await client.hlen(JOURNAL) == 1


async def test_done_finds_a_message_by_its_task(client: redis.asyncio.Redis) -> None:
    await publish(client, "m1", 1)
    await publish(client, "m2", 2)
    assert await Journal(client).done(SLOT, None, "task-2")
    assert await client.hkeys(JOURNAL) == ["m1"]


async def test_push_back_keeps_the_order(client: redis.asyncio.Redis) -> None:
    raws = [await publish(client, f"m{seq}", seq, queued=seq in (3, 5)) for seq in (1, 2, 3, 4, 5, 6)]
    for seq in (4, 1, 6, 2):
        assert await Journal(client).push_back(SLOT, f"m{seq}")
    assert await queue(client) == raws


async def test_push_back_neither_doubles_nor_revives(client: redis.asyncio.Redis) -> None:
    raw = await publish(client, "m1", 1)
    journal = Journal(client)
    assert not await journal.push_back(SLOT, "m1")
    assert not await journal.push_back(SLOT, "done long ago")
    assert await queue(client) == [raw]


async def test_missing_is_neither_queued_nor_worked_on(client: redis.asyncio.Redis) -> None:
    await publish(client, "queued", 1)
    await publish(client, "in hand", 2, queued=False)
    await publish(client, "lost", 3, queued=False)
    journal = Journal(client)
    assert await journal.missing({1: [], SLOT: ["in hand"]}) == {(SLOT, "lost"): 3}
    assert await journal.missing({}) == {}


def test_a_message_is_lost_only_after_a_while() -> None:
    now = 100.0
    missing = MissingSince(clock=lambda: now)
    assert missing.lost({(1, "b"): 2, (1, "a"): 1}) == []
    now += LOST_AFTER_SECONDS - 0.1
    assert missing.lost({(1, "b"): 2, (1, "a"): 1, (1, "new"): 3}) == []
    now += 0.2
    assert missing.lost({(1, "b"): 2, (1, "a"): 1, (1, "new"): 3}) == [(1, "a", 1), (1, "b", 2)]


def test_a_message_that_came_back_counts_anew() -> None:
    now = 100.0
    missing = MissingSince(clock=lambda: now)
    missing.lost({(1, "a"): 1})
    now += 1.5
    missing.lost({})
    now += 1.5
    assert missing.lost({(1, "a"): 1}) == []


def test_a_later_event_under_the_same_id_counts_anew() -> None:
    now = 100.0
    missing = MissingSince(clock=lambda: now)
    missing.lost({(1, "player.voice_state:7"): 1})
    now += 3
    assert missing.lost({(1, "player.voice_state:7"): 2}) == []
