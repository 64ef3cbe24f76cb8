"""Fills queues without Discord and watches them go down; runs with the environment of the stack it fills."""

from __future__ import annotations

import asyncio
import json
import os
import time
import uuid
from typing import Any

import redis.asyncio

from project import settings
from project.celery import app
from project.wire import keys
from project.wire.envelope import celery_message
from project.wire.messages import Actor, Command, Order, Pause, Play, Resume, Skip
from project.wire.publish import SCRIPT, publication
from tests.bench.partner import answer_all

BARE_QUEUE, BARE_TASK, BARE_DONE = "bench.bare", "bench.nothing", "bench:bare:done"
LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 100
UNDER_WAY = 200
"""Enough to keep one process busy, and done with before a store's patience (1 s) ends."""
AT_ONCE = 200
EVERYBODY = 99
ORDERS: dict[str, Order] = {"pause": Pause(), "resume": Resume(), "skip": Skip()}


class Backlog:
    """Writes what the gateway would write, and never more at once than a worker may have under way."""

    def __init__(self) -> None:
        self._redis = redis.asyncio.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=None)  # it waits long

    async def commands(self, question: dict[str, Any]) -> dict[str, Any]:
        """Publish [guild, channel, order or query] in their order; answers (second, commands not done), and the ids."""
        wanted = [_command(*one) for one in question["commands"]]
        digest = await self._redis.script_load(SCRIPT)
        seen: list[tuple[float, int]] = []
        published = 0
        while not seen or seen[-1][1]:
            under_way = await self._under_way()
            seen.append((time.monotonic(), len(wanted) - published + under_way))
            room = max(0, UNDER_WAY - under_way)
            await self._publish(digest, wanted[published : published + room])
            published = min(len(wanted), published + room)
            await asyncio.sleep(LOOK_SECONDS)
        return {"seen": seen, "ids": [command.id for command in wanted]}

    async def bare(self, question: dict[str, Any]) -> dict[str, Any]:
        """Queue `count` empty tasks; answers (second, tasks not done)."""
        count = question["count"]
        for start in range(0, count, AT_ONCE):
            some = range(start, min(start + AT_ONCE, count))
            raw = [celery_message(app, BARE_TASK, {"left": count - number - 1}, BARE_QUEUE)[1] for number in some]
            await self._redis.lpush(BARE_QUEUE, *raw)
        found: Any = await self._redis.blpop([BARE_DONE], timeout=PATIENCE_SECONDS)
        if found is None:
            raise RuntimeError("the bare pool did not carry out its tasks")
        return {"seen": json.loads(found[1])}

    async def _publish(self, digest: str, commands: list[Command]) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        for command in commands:
            run = publication(app, command, slots=settings.SLOTS)
            pipeline.evalsha(digest, len(run.keys), *run.keys, *run.args)
        await pipeline.execute()

    async def _under_way(self) -> int:
        """Commands in the journals: published, and not done with."""
        pipeline = self._redis.pipeline(transaction=False)
        for slot in range(settings.SLOTS):
            pipeline.hlen(keys.journal(slot))
        return sum(await pipeline.execute())


def _command(guild_id: str, channel_id: str, order: str) -> Command:
    return Command(
        id=str(uuid.uuid4()),
        guild_id=int(guild_id),
        order=ORDERS.get(order) or Play(query=order),
        actor=Actor(kind="member", user_id=EVERYBODY, voice_channel_id=int(channel_id) or None),
        issued_ms=int(time.time() * 1000),
    )


async def _main() -> None:
    backlog = Backlog()
    await answer_all({"commands": backlog.commands, "bare": backlog.bare})


if __name__ == "__main__":
    asyncio.run(_main())
