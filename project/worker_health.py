"""/health, /ready and /metrics of the background workers, beside Celery in the same process."""

from __future__ import annotations

from typing import Any

from celery import bootsteps
from prometheus_client import generate_latest

from project import metrics, settings
from project.health_server import HealthServer, Pages, Verdict, alive, readiness
from project.queue_depths import QueueDepths
from project.worker_metrics import STORED, TaskMetrics


class WorkerHealth(bootsteps.StartStopStep):
    """Answers from the moment the worker starts; ready once its consumer has met the broker."""

    requires = ("celery.worker.components:Pool",)  # the consumer comes last and blocks

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        metrics.share("worker")  # before the pool forks
        self._server = HealthServer(worker_pages(parent), port=settings.WORKER_PORT, setting="WORKER_PORT")
        self._metrics, self._depths = TaskMetrics(), QueueDepths()

    def start(self, parent: Any) -> None:
        """Listen on WORKER_PORT; a taken port refuses the start."""
        self._server.start()
        self._depths.start()

    def stop(self, parent: Any) -> None:
        """Give the port back."""
        self._depths.stop()
        self._server.stop()

    def terminate(self, parent: Any) -> None:
        """The same on a cold shutdown."""
        self.stop(parent)


def worker_pages(worker: Any) -> Pages:
    """Of a Celery worker."""

    def ready() -> Verdict:
        connected = getattr(getattr(worker, "consumer", None), "connection", None) is not None
        return readiness([] if connected else ["redis"])

    return Pages(health=alive, ready=ready, metrics=lambda: metrics.exposition() + generate_latest(STORED))
