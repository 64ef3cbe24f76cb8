"""/health, /ready and /metrics of beat, beside its loop in the same process."""

from __future__ import annotations

from typing import Any

from celery import beat
from prometheus_client import generate_latest

from project import settings
from project.beat_scheduler import BEAT, BeatScheduler
from project.health_server import HealthServer, Pages, Verdict, alive, readiness
from project.redis_probe import redis_answers

SILENT_SECONDS = 600
"""How long the loop may not turn before only a new process helps.

It rests for five minutes at most. With a Redis that hangs a turn takes half a minute, and the very first does not end
while Redis is away: a new process would wait as well. One every ten minutes does no harm. Sooner it would: Kubernetes
waits longer before each start, up to five minutes, unless the last container has run for ten, so that beat would stay
away when Redis is back.
"""


def beat_pages(scheduler: BeatScheduler) -> Pages:
    """Of beat; a Redis that is away makes it unready, never dead."""

    def health() -> Verdict:
        silent = scheduler.silent_seconds()
        return alive() if silent < SILENT_SECONDS else (503, {"status": "stuck", "silent_seconds": round(silent)})

    def ready() -> Verdict:
        away = [] if redis_answers() else ["redis"]
        return readiness(away, **({} if scheduler.last_send == "well" else {"last_send": scheduler.last_send}))

    return Pages(health=health, ready=ready, metrics=lambda: generate_latest(BEAT))


class BeatService(beat.Service):
    """Answers for as long as the loop runs."""

    def start(self, *args: Any, **options: Any) -> None:
        """Listen on BEAT_PORT, then run; a taken port refuses the start."""
        scheduler = self.scheduler
        assert isinstance(scheduler, BeatScheduler)  # noqa: S101 # project.celery says so
        server = HealthServer(beat_pages(scheduler), port=settings.BEAT_PORT, setting="BEAT_PORT")
        server.start()
        try:
            super().start(*args, **options)
        finally:
            server.stop()
