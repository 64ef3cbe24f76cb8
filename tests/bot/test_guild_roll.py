"""Every guild that the bot is in, or has left, comes to the desk, in batches, also through an outage of Redis."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, cast

import pytest
import redis.asyncio
from celery import Celery

from bot import guild_roll
from bot.guild_roll import AT_ONCE, JOINED, LEFT, LISTED, GuildRoll
from bot.guilds import Guilds
from project.task_queues import DESK_QUEUE
from project.wire.envelope import argument_of

NOW_MS = 1_700_000_000_000


class Queue:
    """Answers for Redis; `away` fails so many pushes."""

    def __init__(self, away: int = 0) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.away = away

    async def lpush(self, queue: str, raw: str) -> int:
        assert queue == DESK_QUEUE
        if self.away:
            self.away -= 1
            raise redis.ConnectionError("no Redis")
        self.told.append((json.loads(raw)["headers"]["task"], argument_of(raw)))
        return 1

    def guilds(self, task: str) -> list[list[int]]:
        return [[int(one) for one in argument["guilds"]] for name, argument in self.told if name == task]


async def hear(queue: Queue, speak: Callable[[GuildRoll], None]) -> Queue:
    app = Celery("joined", set_as_current=False)
    roll = GuildRoll(app, cast(Any, queue), shard=1, shards=2, now_ms=lambda: NOW_MS)
    speak(roll)
    await asyncio.sleep(0.05)
    await roll.close()
    return queue


async def test_all_are_told_in_batches_and_then_that_the_list_is_whole() -> None:
    queue = await hear(Queue(), lambda roll: roll.listed(range(1, AT_ONCE + 2)))
    assert [len(batch) for batch in queue.guilds(JOINED)] == [AT_ONCE, 1]
    assert queue.told[-1] == (LISTED, {"shard": 1, "shards": 2, "at_ms": NOW_MS})


async def test_what_redis_could_not_take_is_told_when_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guild_roll, "AGAIN_SECONDS", 0.0)

    def speak(roll: GuildRoll) -> None:
        roll.joined(1)
        roll.joined(2)

    assert (await hear(Queue(away=3), speak)).guilds(JOINED) == [[1, 2]]


async def test_of_a_guild_the_last_word_counts() -> None:
    def speak(roll: GuildRoll) -> None:
        roll.joined(1)
        roll.left(1)

    queue = await hear(Queue(), speak)
    assert queue.told == [(LEFT, {"guilds": ["1"], "at_ms": NOW_MS})]


async def test_a_shard_without_guilds_says_so_as_well() -> None:
    queue = await hear(Queue(), lambda roll: roll.listed([]))
    assert [task for task, _ in queue.told] == [LISTED]


def test_only_guilds_that_ready_did_not_name_are_new() -> None:
    guilds = Guilds()
    guilds.listed([1])
    assert not guilds.joined(1)
    assert guilds.joined(2)
    assert not guilds.joined(2)
    guilds.left(1)
    assert guilds.joined(1)
