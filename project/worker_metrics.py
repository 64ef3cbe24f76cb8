"""What the background workers count for operators: tasks by name and end, and how long they ran."""

from __future__ import annotations

import time
from typing import Any

from celery import signals
from prometheus_client import CollectorRegistry, Counter, Histogram

STORED = CollectorRegistry()
"""What is counted in PostgreSQL and not in a process (workers.background.job_metrics); joins the rest on /metrics."""


class TaskMetrics:
    """Counts in whichever process runs a task; made in the parent, after `metrics.share` and before it forks."""

    def __init__(self) -> None:
        self._tasks = Counter("worker_tasks_total", "Tasks that ended", ["task", "state"])
        self._seconds = Histogram("worker_task_seconds", "How long tasks ran", ["task"])
        self._began: dict[str, float] = {}
        signals.task_prerun.connect(self._begin)
        signals.task_postrun.connect(self._end)

    def _begin(self, task_id: str, **_more: Any) -> None:
        self._began[task_id] = time.perf_counter()

    def _end(self, sender: Any, task_id: str, state: str | None, **_more: Any) -> None:
        self._tasks.labels(sender.name, state or "unknown").inc()
        self._seconds.labels(sender.name).observe(time.perf_counter() - self._began.pop(task_id))
