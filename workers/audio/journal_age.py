"""How much is published and not done, and for how long the oldest of it has been so."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from workers.audio.journal import Journal


class JournalAge:
    """Remembers when each entry was first seen; the first look at a slot finds everything young."""

    def __init__(self, journal: Journal, clock: Callable[[], float] = time.monotonic) -> None:
        self._journal, self._clock = journal, clock
        self._since: dict[tuple[int, str], float] = {}

    async def look(self, slots: Iterable[int]) -> tuple[int, float]:
        """(entries, seconds since the oldest was first seen); raises redis.RedisError, OSError."""
        now = self._clock()
        self._since = {entry: self._since.get(entry, now) for entry in await self._journal.entries(slots)}
        return len(self._since), max((now - since for since in self._since.values()), default=0.0)
