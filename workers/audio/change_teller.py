"""Hands changes of players to the API's listeners, many at a time and beside all else: no answer waits for it."""

from __future__ import annotations

import asyncio
from collections import deque

import structlog

from project.spawned import ended
from project.wire.guild_events import GuildChange
from workers.ports import Away, GuildEvents

log = structlog.get_logger()

BATCH = 200
REPEAT_SECONDS = 0.5
WAITING_MAX = 10_000
"""Beyond that the oldest are given up: a later change of the same player says what is true."""


class ChangeTeller:
    """One per process; changes of a guild stay in order. One that was perhaps told is told again, with its `rev`."""

    def __init__(self, events: GuildEvents) -> None:
        self._events = events
        self._waiting: deque[tuple[int, GuildChange]] = deque(maxlen=WAITING_MAX)
        self._telling: asyncio.Task[None] | None = None

    def tell(self, guild_id: int, change: GuildChange) -> None:
        """Have it told; never waits."""
        self._waiting.append((guild_id, change))
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Tell what waits, as far as Redis answers within a second."""
        if self._telling is not None:
            await asyncio.wait({self._telling}, timeout=1)
            await ended(self._telling)

    async def _run(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            while batch:
                try:
                    await self._events.append(batch)
                    break
                except Away as error:
                    log.warning("Changes cannot be told; repeating", error=str(error), waiting=len(self._waiting))
                    await asyncio.sleep(REPEAT_SECONDS)
