"""What all players of a node share: its settings, worker threads, sender, troubles and web client."""

import asyncio
import logging
import ssl
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import aiohttp

from simulator.lavalink_node.event_log import EventLog
from simulator.lavalink_node.faults import Faults
from simulator.lavalink_node.sender import TICK, Sender
from simulator.lavalink_node.settings import NodeSettings

_LOG = logging.getLogger(__name__)
_THREADS = 64
"""Decoding takes few, but a thread waits in each web address that stalls."""
_FAREWELL = 1.0


def log_failure(task: asyncio.Task[None]) -> None:
    """Say in the log why a task ended that nobody waits for."""
    if not task.cancelled() and task.exception() is not None:
        _LOG.error("a task of the node broke", exc_info=task.exception())


def _trusting(voice_ca: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if voice_ca is not None:
        context.load_verify_locations(cafile=voice_ca)
    return context


class Engine:
    """Created inside the loop; `close` ends everything it started."""

    def __init__(self, settings: NodeSettings) -> None:
        self.settings = settings
        self.faults = Faults()
        self.events = EventLog()
        self.sender = Sender(TICK * settings.frames_at_once)
        self.executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="decode")
        # A voice connect has no time-out of its own: the real one waits for ever as well.
        self.voice_client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=_trusting(settings.voice_ca), limit=0),
            timeout=aiohttp.ClientTimeout(total=None),
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._farewells: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside until it is done or the node closes; a failure is logged."""
        self._keep(work, self._tasks)

    def see_out(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside that a closing node still waits for, a second at most."""
        self._keep(work, self._farewells)

    def _keep(self, work: Coroutine[Any, Any, None], kept: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(work)
        kept.add(task)
        task.add_done_callback(kept.discard)
        task.add_done_callback(log_failure)

    async def close(self) -> None:
        """End tasks, client and threads."""
        if self._farewells:
            await asyncio.wait(self._farewells, timeout=_FAREWELL)
        remaining = [*self._tasks, *self._farewells]
        for task in remaining:
            task.cancel()
        await asyncio.gather(*remaining, return_exceptions=True)
        await self.voice_client.close()
        self.executor.shutdown(wait=False, cancel_futures=True)
