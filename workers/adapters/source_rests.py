"""Takes a source out for a while that fails again and again: members hear so at once, and it is not asked in vain."""

from __future__ import annotations

import logging
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client import Counter

from project.metrics import from_zero
from workers.adapters.sources import OTHER, SOURCES

_log = logging.getLogger(__name__)

WINDOW_SECONDS = 60.0
FAILURES = 6
"""In the window, of different things: that one link is dead, or one album, says nothing of its source."""
SHARE = 0.8
"""Of all answers in the window: a source that finds most of what it is asked for does not rest."""
REST_SECONDS = 60.0
TRIAL_SECONDS = 15.0
"""After its rest one query is tried, and the next one only when that one is answered, or after this time."""

SOURCE_ANSWERS = Counter("source_answers_total", "How sources answered what they were asked for", ["source", "answer"])
ANSWERS = ("found", "nothing", "failed", "timed_out", "resting", "off", "node_away")
from_zero(SOURCE_ANSWERS, *((source, answer) for source in (*SOURCES, OTHER) for answer in ANSWERS))


@dataclass(slots=True)
class _Record:
    answers: deque[tuple[float, str | None]] = field(default_factory=deque)
    """When, and what failed; None is an answer."""
    rests_until: float | None = None
    """It rests until then, and is on trial afterwards."""


class SourceRests:
    """One process's; other processes find out for themselves."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._records: dict[str, _Record] = defaultdict(_Record)

    def may_ask(self, source: str) -> bool:
        """Whether it is not at rest. Who asks after its rest tries it for all others."""
        record = self._records[source]
        if source == OTHER or record.rests_until is None:
            return True
        if self._clock() < record.rests_until:
            return False
        record.rests_until = self._clock() + TRIAL_SECONDS
        return True

    def answered(self, source: str) -> None:
        """It did, found or not."""
        record = self._records[source]
        if record.rests_until is not None:
            _log.warning("Source %s answers again", source)
            record.rests_until = None
            record.answers.clear()
        self._note(record, None)

    def failed(self, source: str, identifier: str) -> None:
        """It failed with this, or gave no answer."""
        record = self._records[source]
        self._note(record, identifier)
        if source == OTHER:
            return
        if record.rests_until is not None or self._fails(record):
            _log.warning("Source %s fails and is not asked for %d s", source, REST_SECONDS)
            record.rests_until = self._clock() + REST_SECONDS

    def _note(self, record: _Record, failed: str | None) -> None:
        now = self._clock()
        record.answers.append((now, failed))
        while record.answers and record.answers[0][0] <= now - WINDOW_SECONDS:
            record.answers.popleft()

    def _fails(self, record: _Record) -> bool:
        failures = [failed for _, failed in record.answers if failed is not None]
        return len(set(failures)) >= FAILURES and len(failures) >= SHARE * len(record.answers)
