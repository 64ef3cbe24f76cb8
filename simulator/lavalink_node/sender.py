"""The one clock that paces all voice lines: every 20 ms each sends a frame, late ones rather than none."""

import asyncio
from typing import Protocol

TICK = 0.02
_MAX_CATCH_UP = 10
"""Ticks made up for after a late wake-up; beyond that the clock is moved, so that no burst floods a network."""


class Line(Protocol):
    """Something that sends one frame per tick."""

    def tick(self) -> None: ...


class Sender:
    """Runs only while there are lines."""

    def __init__(self, tick: float = TICK) -> None:
        self._tick = tick
        self._lines: list[Line] = []
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0

    def add(self, line: Line) -> None:
        """Start pacing a line."""
        self._lines.append(line)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._due = loop.time()
            self._timer = loop.call_at(self._due, self._wake)

    def remove(self, line: Line) -> None:
        """Stop pacing a line; nothing happens when it is not paced."""
        if line in self._lines:
            self._lines.remove(line)
        if not self._lines and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wake(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        ticks = 0
        while self._due <= now and ticks < _MAX_CATCH_UP:
            for line in tuple(self._lines):
                line.tick()
            self._due += self._tick
            ticks += 1
        if self._due <= now:
            self._due = now + self._tick
        if self._lines:
            self._timer = loop.call_at(self._due, self._wake)
        else:
            self._timer = None
