"""An audio worker whose slots hold a diary instead of players: what the real Celery worker processes in tests run.

The diary is a Redis list of JSON objects. Work on one guild is serial, as in an actor, and takes WORK_SECONDS.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import redis

from project import settings
from project.celery import app
from project.env import refuse_to_start
from project.wire.messages import Command, inbound_from_dict
from tests.workers.audio.diary import DIARY
from workers.audio import consumers, slots
from workers.audio.runtime import SlotHandler
from workers.audio.worker import configure
from workers.audio.worker_name import node_name
from workers.ports import Away

WORK_SECONDS = float(os.environ.get("WORK_SECONDS", "0.005"))
AWAY_ONCE = os.environ.get("AWAY_ONCE") == "1"
"""The first delivery of each message meets an absent store."""
slots.DRAIN_SECONDS = float(os.environ.get("DRAIN_SECONDS", slots.DRAIN_SECONDS))
consumers.CARRY_OUT_SECONDS = float(os.environ.get("CARRY_OUT_SECONDS", consumers.CARRY_OUT_SECONDS))
NEVER_TAKES = os.environ.get("NEVER_TAKES") == "1"


class DiaryHandler:
    """Implements workers.audio.runtime.SlotHandler."""

    def __init__(self) -> None:
        self._redis = redis.asyncio.Redis.from_url(settings.REDIS_URL)
        self._turns: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._met: set[str] = set()

    async def note(self, what: str, **more: Any) -> None:
        """Write a line; tries again while Redis is away."""
        line = json.dumps({"what": what, "worker": node_name(), "pid": os.getpid(), "at": time.monotonic(), **more})
        while True:
            try:
                await self._redis.rpush(DIARY, line)
            except (redis.RedisError, OSError):
                await asyncio.sleep(0.05)
            else:
                return

    async def taken(self, slot: int, epoch: int, trusted: Callable[[], bool]) -> None:
        """See SlotHandler."""
        if NEVER_TAKES:
            await self.note("refused", slot=slot)
            raise Away("PostgreSQL does not answer")
        await self.note("taken", slot=slot, epoch=epoch, trusted=trusted())

    async def released(self, slot: int) -> None:
        """See SlotHandler."""
        await self.note("released", slot=slot)

    async def lost(self, slot: int) -> None:
        """See SlotHandler."""
        await self.note("lost", slot=slot)

    async def deliver(self, argument: dict[str, Any], task_id: str) -> str:
        """Note the command when its work begins and when it is done."""
        message = inbound_from_dict(argument)
        if AWAY_ONCE and task_id not in self._met:
            self._met.add(task_id)
            raise Away("the store does not answer")
        turn = self._turns[message.guild_id]
        free = not turn.locked()
        async with turn:
            identity = message.id if isinstance(message, Command) else task_id
            await self.note("began", id=identity, guild=message.guild_id)
            await asyncio.sleep(WORK_SECONDS)
            await self.note("done", id=identity, guild=message.guild_id, alone=free)
        return "done"

    def in_mailbox(self, slot: int) -> set[str]:
        """See SlotHandler."""
        return set()

    async def redis_emptied(self) -> None:
        """See SlotHandler."""
        await self.note("redis emptied")

    async def stopped(self) -> None:
        """See SlotHandler."""
        await self.note("stopped")
        await self._redis.aclose()


async def build() -> SlotHandler:
    """The diary, or a refusal."""
    if os.environ.get("REFUSED") == "1":
        refuse_to_start("LAVALINK_NODES is not set.")
    return DiaryHandler()


process = configure(app, redis_url=settings.REDIS_URL, slots=settings.SLOTS, build=build)
