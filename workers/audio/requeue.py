"""Finds messages that were lost between Redis and a mailbox, and queues them again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import structlog

from workers.audio.journal import Journal

log = structlog.get_logger()

LOOK_SECONDS = 1.0
"""How often to look."""
LOST_AFTER_SECONDS = 2.0
"""A message that is neither queued nor being worked on for this long was lost; for a moment every message is so."""
TIMES_MAX = 5
"""A message lost this often under one owner is one that no task takes; a newer process may know it."""
REMEMBERED_MAX = 10_000

Lost = tuple[int, str, int]
"""Slot, message id, sequence number."""


class MissingSince:
    """Remembers since when messages are missing."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: dict[Lost, float] = {}

    def lost(self, missing: Mapping[tuple[int, str], int]) -> list[Lost]:
        """Those of `missing` that were so for LOST_AFTER_SECONDS, oldest message first; each counts anew then."""
        now = self._clock()
        present: list[Lost] = [(slot, message_id, seq) for (slot, message_id), seq in missing.items()]
        self._since = {entry: self._since.get(entry, now) for entry in present}
        due = [entry for entry, since in self._since.items() if now - since >= LOST_AFTER_SECONDS]
        for entry in due:
            del self._since[entry]
        return sorted(due, key=lambda entry: entry[2])


class Requeuer:
    """One per process, called in the keeper's rhythm."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._missing = MissingSince()
        self._times: Counter[Lost] = Counter()
        self._next = 0.0

    async def look(self, busy: Mapping[int, Iterable[str]]) -> None:
        """Queue again what open slots have lost; `busy` is their messages being worked on. Raises redis.RedisError."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + LOOK_SECONDS
        for entry in self._missing.lost(await self._journal.missing(busy)):
            await self._queue_again(entry)

    async def _queue_again(self, entry: Lost) -> None:
        slot, message_id, _seq = entry
        if len(self._times) > REMEMBERED_MAX:
            self._times.clear()
        self._times[entry] += 1
        if self._times[entry] == TIMES_MAX:
            log.error("No task takes this message; it stays in the journal", slot=slot, message=message_id)
        if self._times[entry] < TIMES_MAX:
            log.warning("A message was lost on its way and is queued again", slot=slot, message=message_id)
            await self._journal.push_back(slot, message_id)
