"""Coroutines started beside the main line: kept alive, their failures logged, ended together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)

CANCEL_AGAIN_SECONDS = 0.1
CANCELS = 20


async def ended(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks until they are over. Once is not enough on Python 3.11: a `wait_for` whose inner call has just
    finished swallows a cancellation, and redis-py sends every command through one (30 of 40 were lost in a busy loop).
    """
    for _ in range(CANCELS):
        pending = {task for task in tasks if not task.done()}
        if not pending:
            break
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=CANCEL_AGAIN_SECONDS)
    for task in tasks:
        if not task.done():
            log.error("A job does not end", job=task.get_name())
        elif not task.cancelled() and (error := task.exception()) is not None:
            log.debug("A job had failed before it was ended", job=task.get_name(), reason=repr(error))


class Spawned:
    """Holds what it starts; the event loop alone keeps only weak references."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed = False

    def start(self, coroutine: Coroutine[Any, Any, Any], name: str) -> None:
        """Run it; after `close` it is not even begun."""
        if self._closed:
            coroutine.close()
            return
        task = asyncio.create_task(coroutine, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Cancel what still runs and wait for it."""
        self._closed = True
        await ended(*self._tasks)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("A background job failed", job=task.get_name(), exc_info=error)
