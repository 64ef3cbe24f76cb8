"""Work in order per guild and side by side across guilds."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable

import structlog

from project.spawned import ended

log = structlog.get_logger(__name__)

Job = Callable[[], Awaitable[None]]


class GuildLanes:
    """One FIFO per lane; a lane costs a task only while it has work. A job that raises is logged and passed over."""

    def __init__(self) -> None:
        self._lanes: dict[Hashable, deque[Job]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def submit(self, lane: Hashable, job: Job) -> None:
        """Run `job` after all that the lane already has."""
        waiting = self._lanes.get(lane)
        if waiting is not None:
            waiting.append(job)
            return
        self._lanes[lane] = deque([job])
        task = asyncio.create_task(self._drive(lane), name=f"lane {lane}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def busy(self) -> int:
        """Lanes with work."""
        return len(self._lanes)

    async def drained(self, seconds: float) -> bool:
        """Wait until no lane has work, at most `seconds`; whether that came true."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        return not self._tasks

    async def close(self) -> None:
        """Give up what is left."""
        await ended(*self._tasks)

    async def _drive(self, lane: Hashable) -> None:
        waiting = self._lanes[lane]
        try:
            while waiting:
                await self._run(waiting[0])
                waiting.popleft()
        finally:
            del self._lanes[lane]

    async def _run(self, job: Job) -> None:
        try:
            await job()
        except Exception:  # one guild's bad event must not end the lane
            log.exception("A guild's job failed")
