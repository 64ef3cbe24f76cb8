"""Turns at a store with few connections: waiting for others is no outage, a store that answers nobody is."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

from workers.ports import Away

SILENT_SECONDS = 1.0
"""A store that has answered nobody for this long is hung: no mailbox waits longer for one (DESIGN §2)."""
LINE_SECONDS = 3.0
"""Nor for those before it, however steadily they are answered: music goes on from memory meanwhile."""


class StoreLine:
    """First come, first served, at most `size` at once."""

    def __init__(self, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._free = size
        self._clock = clock
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._answered_at = float("-inf")

    async def turn(self) -> None:
        """Wait for a turn, which `leave` ends; raises Away."""
        if self._free > 0:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await self._come(turn)
        except BaseException:
            if turn in self._waiting:
                self._waiting.remove(turn)
            elif not turn.cancelled() and turn.exception() is None:
                self.leave()  # it came at the moment when it was given up
            raise

    def leave(self) -> None:
        """A turn is over: the next one's begins."""
        if self._waiting:
            self._waiting.popleft().set_result(None)
        else:
            self._free += 1

    def answered(self) -> None:
        """The store has answered somebody."""
        self._answered_at = self._clock()

    def unanswered(self, asked_at: float) -> None:
        """Somebody got no answer in time. Where nobody else did, either, waiting is in vain for all."""
        if self._answered_at >= asked_at:
            return
        while self._waiting:
            self._waiting.popleft().set_exception(Away("PostgreSQL answers nobody"))

    async def _come(self, turn: asyncio.Future[None]) -> None:
        looked = joined = self._clock()
        while not turn.done():
            await asyncio.wait({turn}, timeout=SILENT_SECONDS)
            now = self._clock()
            if turn.done():
                break
            if self._answered_at < looked:
                raise Away(f"PostgreSQL has answered nobody for {SILENT_SECONDS:g} s")
            if now - joined >= LINE_SECONDS:
                raise Away(f"others waited for PostgreSQL for {LINE_SECONDS:g} s")
            looked = now
        turn.result()
