"""What the API is told, on a real Redis: changes in capped streams that end, outcomes in lists that end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import redis.asyncio

from project.wire import keys
from project.wire.guild_events import STREAM_BYTES, STREAM_LENGTH, STREAM_SECONDS, QueueChanged, SeenEntry
from project.wire.messages import Ended
from tests.ports import free_port
from workers.adapters.guild_events import RedisGuildEvents
from workers.adapters.out_stream import RedisOutStream
from workers.adapters.redis_connection import fail_fast_client
from workers.ports import Away

GUILD, OTHER = 1 << 22, 2 << 22
ENDED = Ended(command_id="c", guild_id=GUILD, outcome={"type": "said", "key": "x"}, sentence="So.")


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    made = fail_fast_client(redis_url)
    yield made
    await made.aclose()


@pytest.fixture
async def nobody() -> AsyncIterator[redis.asyncio.Redis]:
    made = fail_fast_client(f"redis://127.0.0.1:{free_port()}/0")
    yield made
    await made.aclose()


def changed(rev: int) -> QueueChanged:
    return QueueChanged(rev=rev, length=0, up_next=())


async def test_changes_lie_in_their_guilds_streams_in_order(client: redis.asyncio.Redis) -> None:
    await RedisGuildEvents(client).append([(GUILD, changed(1)), (OTHER, changed(7)), (GUILD, changed(2))])
    entries: Any = await client.xrange(keys.guild_events(GUILD))
    assert [msgspec.json.decode(fields["queue"])["rev"] for _, fields in entries] == [1, 2]
    assert await client.xlen(keys.guild_events(OTHER)) == 1
    assert 0 < await client.ttl(keys.guild_events(GUILD)) <= STREAM_SECONDS


async def test_a_stream_does_not_grow_for_ever(client: redis.asyncio.Redis) -> None:
    await RedisGuildEvents(client).append([(GUILD, changed(rev)) for rev in range(3 * STREAM_LENGTH)])
    assert STREAM_LENGTH <= await client.xlen(keys.guild_events(GUILD)) < 2 * STREAM_LENGTH


async def test_a_guild_of_long_titles_takes_no_more_room_than_others(client: redis.asyncio.Redis) -> None:
    entry = SeenEntry(
        id=1,
        title="🎵" * 20_000,
        author="",
        length_ms=0,
        is_stream=False,
        uri=None,
        artwork_url=None,
        source="http",
        requester_id="1",
        requester_name="Alice",
        added_ms=0,
    )
    large = [(GUILD, QueueChanged(rev=rev, length=1, up_next=(entry,))) for rev in range(STREAM_LENGTH // 2)]

    await RedisGuildEvents(client).append(large)

    used = await client.memory_usage(keys.guild_events(GUILD), samples=0)
    assert used is not None
    assert used < 2 * STREAM_BYTES
    newest: Any = await client.xrevrange(keys.guild_events(GUILD), count=1)
    assert msgspec.json.decode(newest[0][1]["queue"])["rev"] == len(large) - 1


async def test_an_outcome_waits_for_its_program_and_no_longer_than_a_minute(client: redis.asyncio.Redis) -> None:
    await RedisOutStream(client, shards=1).send(ENDED)
    raw: Any = await client.lindex(keys.outcome("c"), 0)
    assert msgspec.json.decode(raw, type=Ended) == ENDED
    assert 0 < await client.ttl(keys.outcome("c")) <= keys.OUTCOME_SECONDS
    assert not await client.exists(keys.shard_out(0)), "Discord's gateway has no use for it"


async def test_a_redis_that_is_away_is_said_to_be_away(nobody: redis.asyncio.Redis) -> None:
    with pytest.raises(Away):
        await RedisGuildEvents(nobody).append([(GUILD, changed(1))])
    with pytest.raises(Away):
        await RedisOutStream(nobody, shards=1).send(ENDED)
