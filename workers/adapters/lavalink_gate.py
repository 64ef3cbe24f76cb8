"""Holds a session's frames until its players are adopted, then delivers them in order (TRAPS 17)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

_log = logging.getLogger(__name__)

Delivery = Callable[[], Awaitable[None]]


class Gate:
    """A first-in first-out line of deliveries with one walker; shut until `open`."""

    def __init__(self) -> None:
        self._line: asyncio.Queue[Delivery] = asyncio.Queue()
        self._open = asyncio.Event()
        self._walker = asyncio.create_task(self._walk())

    def put(self, delivery: Delivery) -> None:
        """Deliver this after all that came before it."""
        self._line.put_nowait(delivery)

    def open(self) -> None:
        """Let everything through from now on."""
        self._open.set()

    async def close(self) -> None:
        """Deliver nothing any more."""
        self._walker.cancel()
        await asyncio.wait([self._walker])

    async def _walk(self) -> None:
        await self._open.wait()
        while True:
            delivery = await self._line.get()
            try:
                await delivery()
            except Exception:  # one torn frame must not silence all guilds of the slot
                _log.exception("what a Lavalink node sent could not be delivered")
