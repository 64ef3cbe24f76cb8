"""Every guild that the bot is in comes to the desk, in batches, also through an outage of Redis."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
import redis.asyncio
from celery import Celery

from bot import joined_guilds
from bot.guilds import Guilds
from bot.joined_guilds import AT_ONCE, JoinedGuilds
from project.task_queues import DESK_QUEUE
from project.wire.envelope import argument_of


class Queue:
    """Answers for Redis; `away` fails so many pushes."""

    def __init__(self, away: int = 0) -> None:
        self.batches: list[list[int]] = []
        self.away = away

    async def lpush(self, queue: str, raw: str) -> int:
        assert queue == DESK_QUEUE
        if self.away:
            self.away -= 1
            raise redis.ConnectionError("no Redis")
        self.batches.append([int(guild_id) for guild_id in argument_of(raw)["guilds"]])
        return 1


async def told(queue: Queue, *calls: list[int]) -> list[list[int]]:
    joined = JoinedGuilds(Celery("joined", set_as_current=False), cast(Any, queue))
    for guild_ids in calls:
        joined.tell(guild_ids)
    await asyncio.sleep(0.05)
    await joined.close()
    return queue.batches


async def test_all_are_told_in_batches() -> None:
    batches = await told(Queue(), list(range(1, AT_ONCE + 2)))
    assert [len(batch) for batch in batches] == [AT_ONCE, 1]


async def test_what_redis_could_not_take_is_told_when_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joined_guilds, "AGAIN_SECONDS", 0.0)
    assert await told(Queue(away=3), [1], [2]) == [[1, 2]]


async def test_nothing_is_told_of_nothing() -> None:
    assert await told(Queue(), []) == []


def test_only_guilds_that_ready_did_not_name_are_new() -> None:
    guilds = Guilds()
    guilds.listed([1])
    assert not guilds.joined(1)
    assert guilds.joined(2)
    assert not guilds.joined(2)
    guilds.left(1)
    assert guilds.joined(1)
