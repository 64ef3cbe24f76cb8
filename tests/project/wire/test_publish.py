"""Publishing on a real Redis: once per id, in order, in time or never, with its side writes or not at all."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Literal

import pytest
import redis
import redis.asyncio
from celery import Celery
from msgspec.structs import replace
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from project.wire import keys
from project.wire.envelope import argument_of
from project.wire.messages import Actor, Command, Order, Play, ShowQueue, VoiceServerChanged
from project.wire.publish import (
    ATTEMPT_SECONDS,
    NotPublished,
    Publication,
    SideWrites,
    SyncPublisher,
    mirror,
    publication,
)
from project.wire.publisher import Publisher

SLOTS = 8
GUILD = 3 << 22
SLOT = 3
APP = Celery("test", set_as_current=False)


def command(command_id: str = "1", query: str = "x") -> Command:
    actor = Actor(kind="member", user_id=1)
    return Command(id=command_id, guild_id=GUILD, order=Play(query=query), actor=actor, issued_ms=1)


def run_of(message: Command | VoiceServerChanged, deadline_ms: int = 0, side: SideWrites | None = None) -> Publication:
    return publication(APP, message, slots=SLOTS, deadline_ms=deadline_ms, side=side or SideWrites())


def fail_fast(url: str) -> redis.asyncio.Redis:
    client: redis.asyncio.Redis = redis.asyncio.Redis.from_url(
        url, decode_responses=True, socket_timeout=ATTEMPT_SECONDS, retry=Retry(NoBackoff(), 0)
    )
    return client


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    async with fail_fast(redis_url) as opened:
        yield opened


async def queued(client: redis.asyncio.Redis) -> list[str]:
    """Ids in the order in which a worker would take them."""
    raw = await client.lrange("audio.slot.3", 0, -1)
    return [argument_of(str(one)).get("id", "event") for one in reversed(raw)]


async def test_a_command_is_journalled_and_queued_together(client: redis.asyncio.Redis) -> None:
    answer = await Publisher(client).publish(run_of(command()))
    assert (answer.verdict, answer.seq) == ("accepted", 1)
    entry = await client.hget(keys.journal(SLOT), "1")
    assert entry is not None
    raw = (await client.lrange("audio.slot.3", 0, -1))[0]
    assert str(entry) == "1|" + str(raw)


async def test_a_known_id_is_not_queued_again(client: redis.asyncio.Redis) -> None:
    publisher = Publisher(client)
    await publisher.publish(run_of(command()))
    assert (await publisher.publish(run_of(command()))).verdict == "known"
    assert await queued(client) == ["1"]


async def abandon(client: redis.asyncio.Redis, waiting: Literal["journal", "queue"]) -> None:
    """More than anybody would still wait for: the audio workers are away."""
    if waiting == "journal":
        await client.hset(keys.journal(SLOT), mapping={f"old-{number}": "0|raw" for number in range(1_000)})
    else:
        await client.lpush("audio.slot.3", *["raw"] * 1_000)


@pytest.mark.parametrize("order", [Play(query="x"), ShowQueue()])
@pytest.mark.parametrize("waiting", ["journal", "queue"])
async def test_what_nobody_takes_up_does_not_fill_redis(
    client: redis.asyncio.Redis, order: Order, waiting: Literal["journal", "queue"]
) -> None:
    await abandon(client, waiting)
    queued_before = await client.llen("audio.slot.3")
    with pytest.raises(NotPublished, match="too many wait"):
        await Publisher(client).publish(run_of(replace(command("new"), order=order)))
    assert await client.hget(keys.journal(SLOT), "new") is None
    assert await client.llen("audio.slot.3") == queued_before


async def test_programs_are_refused_then_as_well(client: redis.asyncio.Redis, redis_url: str) -> None:
    await abandon(client, "journal")
    with redis.Redis.from_url(redis_url) as opened, pytest.raises(NotPublished, match="too many wait"):
        SyncPublisher(opened).publish(run_of(command("new")))


async def test_the_latest_of_a_guilds_voice_and_what_is_known_already_are_taken_however_many_wait(
    client: redis.asyncio.Redis,
) -> None:
    publisher = Publisher(client)
    await publisher.publish(run_of(command()))
    await abandon(client, "journal")
    await client.sadd(keys.PLAYERS_ACTIVE, str(GUILD))
    assert (await publisher.publish(run_of(command()))).verdict == "known"
    assert (await publisher.publish(run_of(VoiceServerChanged(guild_id=GUILD, at_ms=1)))).verdict == "accepted"


async def test_a_late_command_is_refused_with_its_side_writes(client: redis.asyncio.Redis) -> None:
    side = SideWrites(set=(("interaction:1", "token", 900),))
    with pytest.raises(NotPublished):
        await Publisher(client).publish(run_of(command(), deadline_ms=1, side=side))
    assert await client.dbsize() == 0


async def test_side_writes_happen_with_the_message(client: redis.asyncio.Redis) -> None:
    taps = client.pubsub()
    await taps.subscribe(keys.COMMANDS_TAP)
    await taps.get_message(timeout=1)
    side = SideWrites(
        hset=(("voice:1", "token", "t"),),
        set=(("interaction:1", "token", 900),),
        publish=((keys.COMMANDS_TAP, "play"),),
    )
    await Publisher(client).publish(run_of(command(), side=side))
    assert await client.hget("voice:1", "token") == "t"
    assert 890 <= await client.ttl("interaction:1") <= 900
    heard = await taps.get_message(timeout=1)
    assert heard is not None
    assert heard["data"] == "play"
    await taps.aclose()  # type: ignore[no-untyped-call] # redis leaves it untyped


async def test_events_of_guilds_without_a_player_are_only_mirrored(client: redis.asyncio.Redis) -> None:
    event = VoiceServerChanged(guild_id=GUILD, at_ms=1)
    side = SideWrites(hset=((keys.voice(GUILD), "endpoint", "e"),))
    assert (await Publisher(client).publish(run_of(event, side=side))).verdict == "mirrored"
    assert await client.hget(keys.voice(GUILD), "endpoint") == "e"
    assert await queued(client) == []


async def test_an_event_that_must_be_told_always_is_queued_without_a_known_player(client: redis.asyncio.Redis) -> None:
    run = publication(APP, VoiceServerChanged(guild_id=GUILD, at_ms=1), slots=SLOTS, always=True)
    assert (await Publisher(client).publish(run)).verdict == "accepted"
    assert await queued(client) == ["event"]


async def test_of_events_the_latest_stays_journalled(client: redis.asyncio.Redis) -> None:
    await client.sadd(keys.PLAYERS_ACTIVE, str(GUILD))
    publisher = Publisher(client)
    for moment in (1, 2):
        assert (await publisher.publish(run_of(VoiceServerChanged(guild_id=GUILD, at_ms=moment)))).verdict == "accepted"
    journal = await client.hgetall(keys.journal(SLOT))
    assert len(journal) == 1
    assert argument_of(str(next(iter(journal.values()))).split("|", 1)[1])["at_ms"] == 2


async def test_reads_are_queued_without_a_journal_entry(client: redis.asyncio.Redis) -> None:
    actor = Actor(kind="member", user_id=1)
    read = Command(id="9", guild_id=GUILD, order=ShowQueue(), actor=actor, issued_ms=1)
    await Publisher(client).publish(run_of(read))
    assert await queued(client) == ["9"]
    assert await client.hgetall(keys.journal(SLOT)) == {}


async def test_a_mirror_queues_nothing_and_replaces_what_it_deletes(client: redis.asyncio.Redis) -> None:
    await client.hset("voice:1", "member:5", "6")
    run = mirror(SideWrites(delete=("voice:1",), hset=(("voice:1", "member:7", "8"),)))
    assert (await Publisher(client).publish(run)).verdict == "mirrored"
    assert await client.hgetall("voice:1") == {"member:7": "8"}


def test_the_sync_form_publishes_the_same(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        publisher = SyncPublisher(client)
        now = publisher.now_ms()
        assert publisher.publish(run_of(command(), deadline_ms=now + 1000)).verdict == "accepted"
        assert publisher.publish(run_of(command(), deadline_ms=now + 1000)).verdict == "known"
        with pytest.raises(NotPublished):
            publisher.publish(run_of(command("2"), deadline_ms=1))


@pytest.mark.parametrize("finished", [False, True])
def test_the_sync_form_knows_it_too(redis_url: str, finished: bool) -> None:
    with redis.Redis.from_url(redis_url) as client:
        publisher = SyncPublisher(client)
        deadline = publisher.now_ms() + 50
        run = run_of(command(), deadline_ms=deadline)
        assert publisher.publish(run).verdict == "accepted"
        while publisher.now_ms() <= deadline:
            time.sleep(0.01)
        if finished:
            client.hdel(keys.journal(SLOT), "1")
        assert publisher.publish(run).verdict == "known"
        assert client.llen("audio.slot.3") == 1
