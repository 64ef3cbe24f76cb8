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
        self._tasks: dict[Hashable, asyncio.Task[None]] = {}

    def submit(self, lane: Hashable, job: Job) -> None:
        """Run `job` after all that the lane already has."""
        waiting = self._lanes.get(lane)
        if waiting is not None:
            waiting.append(job)
            return
        self._lanes[lane] = deque([job])
        task = self._tasks[lane] = asyncio.create_task(self._drive(lane), name=f"lane {lane}")
        task.add_done_callback(lambda ended: self._forget(lane, ended))

    @property
    def busy(self) -> int:
        """Lanes with work."""
        return len(self._lanes)

    async def drained(self, seconds: float) -> bool:
        """Wait until no lane has work, at most `seconds`; whether that came true."""
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=seconds)
        return not self._lanes

    async def idle(self, lane: Hashable, seconds: float) -> None:
        """Wait until a lane has no work, at most `seconds`."""
        if lane in self._lanes:
            await asyncio.wait({self._tasks[lane]}, timeout=seconds)

    async def all_idle(self, beginning: tuple[Hashable, ...], seconds: float) -> None:
        """The same for all lanes that have such a beginning."""
        length = len(beginning)
        tasks = [task for lane, task in self._tasks.items() if isinstance(lane, tuple) and lane[:length] == beginning]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)

    async def close(self) -> None:
        """Give up what is left."""
        await ended(*self._tasks.values())

    async def _drive(self, lane: Hashable) -> None:
        waiting = self._lanes[lane]
        try:
            while waiting:
                await self._run(lane, waiting[0])
                waiting.popleft()
        finally:
            del self._lanes[lane]

    def _forget(self, lane: Hashable, task: asyncio.Task[None]) -> None:
        """A lane that has got work again meanwhile has another task."""
        if self._tasks.get(lane) is task:
            del self._tasks[lane]

    async def _run(self, lane: Hashable, job: Job) -> None:
        try:
            await job()
        except Exception:  # one guild's bad event must not end the lane
            log.exception("A guild's job failed", lane=lane)
