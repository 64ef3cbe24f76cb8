"""The Celery application of one audio worker process: `celery -A workers.audio.app worker -P custom`."""

from __future__ import annotations

from project import settings
from project.celery import app
from project.worker_health import WorkerHealth
from workers.audio.bootstrap import build
from workers.audio.worker import configure

app.steps["worker"].discard(WorkerHealth)  # the supervisor answers for its children
process = configure(app, redis_url=settings.REDIS_URL, slots=settings.SLOTS, build=build)

__all__ = ("app", "process")
