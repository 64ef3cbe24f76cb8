"""The audio worker's Celery pool with a task that does nothing: the ceiling that full commands are compared with."""

from __future__ import annotations

import json
import os
import time
from typing import Any

import redis
from celery import Task
from kombu import Queue

from project import settings
from project.celery import app
from project.worker_health import WorkerHealth
from tests.bench.backlog import BARE_DONE, BARE_QUEUE, BARE_TASK
from workers.audio.pool import await_
from workers.audio.worker import CONCURRENCY

os.environ.setdefault("CELERY_CUSTOM_WORKER_POOL", "workers.audio.pool:AudioPool")

app.conf.update(
    broker_transport="workers.audio.transport:Transport",
    broker_transport_options={**app.conf.broker_transport_options, "polling_interval": 0.1, "priority_steps": [0]},
    task_acks_late=True,
    task_default_queue=BARE_QUEUE,
    task_queues=[Queue(BARE_QUEUE)],
    worker_concurrency=CONCURRENCY,
    worker_enable_prefetch_count_reduction=False,
    worker_prefetch_multiplier=1,
)
app.steps["worker"].discard(WorkerHealth)


_seen: list[tuple[float, int]] = []


@app.task(name=BARE_TASK, bind=True)
def nothing(task: Task[..., Any], argument: dict[str, Any]) -> str:
    """Wait for the loop once, as every order does, and be done; the last one tells when each was."""
    word = await_(_nothing())
    _seen.append((time.monotonic(), argument["left"]))
    if argument["left"] == 0:
        with redis.Redis.from_url(settings.REDIS_URL) as client:
            client.rpush(BARE_DONE, json.dumps(_seen))
        _seen.clear()
    return word


async def _nothing() -> str:
    return "done"
