"""Wakes a background worker for an erasure; what cannot be queued now is found by the sweep (beat)."""

from __future__ import annotations

import redis
import structlog

from apps.privacy import redis_traces
from project.celery import app
from project.task_queues import BACKGROUND_QUEUE
from project.wire.envelope import celery_message

log = structlog.get_logger(__name__)

TASK = "privacy.begin"


def enqueue() -> None:
    """Its argument is empty: whom it is about stays in the database."""
    _, raw = celery_message(app, TASK, {}, BACKGROUND_QUEUE)
    try:
        redis_traces.client.lpush(BACKGROUND_QUEUE, raw)
    except (redis.RedisError, OSError) as error:
        log.warning("An erasure waits for the sweep", reason=type(error).__name__)
