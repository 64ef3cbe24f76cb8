"""Celery's scheduler without a memory of its own (the schedule is code), which tells how it fares.

    segue_beat_sent_total{task}                 what was put into the task queue
    segue_beat_send_failures_total{task}        what could not be: it is asked for again when it is due the next time
    segue_beat_last_turn_timestamp_seconds      when the loop last came round (every five minutes at least) or began

What became of it the workers tell (workers.background.job_metrics).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from celery.beat import ScheduleEntry, Scheduler, SchedulingError
from prometheus_client import CollectorRegistry, Counter, Gauge

from project.job_schedule import HEARTBEAT, SCHEDULE
from project.metrics import from_zero

BEAT = CollectorRegistry()
"""Beat imports the jobs and with them the metrics of whoever runs them, which are not its to tell."""
SENT = Counter("segue_beat_sent_total", "Tasks that beat has sent", ["task"], registry=BEAT)
FAILED = Counter("segue_beat_send_failures_total", "Tasks that beat could not send", ["task"], registry=BEAT)
TURNED = Gauge("segue_beat_last_turn_timestamp_seconds", "When beat's loop last came round", registry=BEAT)
from_zero(SENT, *((task,) for task in SCHEDULE))
from_zero(FAILED, *((task,) for task in SCHEDULE))


class BeatScheduler(Scheduler):
    """`last_send` and `silent_seconds` may be asked from other threads."""

    clock: Callable[[], float] = staticmethod(time.monotonic)

    def __init__(self, *args: Any, **options: Any) -> None:
        self.last_send = "none yet"
        """Then `well` or `failed`."""
        self._turn()
        super().__init__(*args, **options)

    def setup_schedule(self) -> None:
        """The first heartbeat is due at once, so that it is known at once whether beat can send."""
        super().setup_schedule()
        first = self.schedule[HEARTBEAT]
        first.last_run_at = first.default_now() - timedelta(seconds=SCHEDULE[HEARTBEAT].seconds)

    def tick(self, *args: Any, **options: Any) -> float:
        """One turn: what is due first is sent. The very first does not end while Redis is away."""
        seconds: float = super().tick(*args, **options)
        self._turn()
        return seconds

    def apply_async(self, entry: ScheduleEntry, *args: Any, **options: Any) -> Any:
        """Send it; raises SchedulingError, which `apply_entry` logs."""
        try:
            sent = super().apply_async(entry, *args, **options)
        except SchedulingError:
            self.last_send = "failed"
            FAILED.labels(entry.task).inc()
            raise
        self.last_send = "well"
        SENT.labels(entry.task).inc()
        return sent

    def silent_seconds(self) -> float:
        """Since the loop last came round, or since the start."""
        return self.clock() - self._turned

    def _turn(self) -> None:
        self._turned = self.clock()
        TURNED.set_to_current_time()
