"""Discord's clock, learnt from the Date headers of its answers: ages of interactions are taken on it, not on ours."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime


class DiscordClock:
    """Each header narrows the offset: it shows whole seconds, of some moment between sending and receiving."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time) -> None:
        self._monotonic = monotonic
        self._wall = wall
        self._low: float | None = None
        self._high: float | None = None

    def seen(self, date_header: str, *, sent: float) -> None:
        """Note a Date header that came just now; `sent` is the request's monotonic time in seconds."""
        try:
            shown = parsedate_to_datetime(date_header).timestamp()
        except ValueError:
            return  # a proxy's nonsense teaches nothing
        low, high = shown - self._monotonic(), shown + 1 - sent
        if self._low is not None and self._high is not None and low <= self._high and high >= self._low:
            low, high = max(low, self._low), min(high, self._high)
        self._low, self._high = low, high

    def now_ms(self) -> int:
        """Discord's time in ms since 1970; this machine's own until an answer was seen."""
        if self._low is None or self._high is None:
            return int(self._wall() * 1000)
        return int((self._monotonic() + (self._low + self._high) / 2) * 1000)
