"""/health, /ready and /metrics of the background workers, beside Celery in the same process."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from celery import bootsteps
from prometheus_client import generate_latest

from project import metrics, settings
from project.env import refuse_to_start
from project.queue_depths import QueueDepths
from project.worker_metrics import STORED, TaskMetrics


class WorkerHealth(bootsteps.StartStopStep):
    """Answers from the moment the worker starts; ready once its consumer has met the broker."""

    requires = ("celery.worker.components:Pool",)  # the consumer comes last and blocks

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self._server: ThreadingHTTPServer | None = None
        metrics.share("worker")  # before the pool forks
        self._metrics, self._depths = TaskMetrics(), QueueDepths()

    def start(self, parent: Any) -> None:
        """Listen on WORKER_PORT; a taken port refuses the start."""
        address = (settings.LISTEN_HOST, settings.WORKER_PORT)
        try:
            self._server = ThreadingHTTPServer(address, _handler(parent))
        except OSError:
            refuse_to_start(f"Port {settings.WORKER_PORT} is taken. Free it or set WORKER_PORT.")
        self._depths.start()
        threading.Thread(target=self._server.serve_forever, name="health", daemon=True).start()

    def stop(self, parent: Any) -> None:
        """Give the port back."""
        self._depths.stop()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def terminate(self, parent: Any) -> None:
        """The same on a cold shutdown."""
        self.stop(parent)


def _handler(worker: Any) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/health":
                self._answer(200, {"status": "ok"})
            elif self.path == "/ready":
                connected = getattr(getattr(worker, "consumer", None), "connection", None) is not None
                status = {"status": "ready"} if connected else {"status": "not ready", "away": ["redis"]}
                self._answer(200 if connected else 503, status)
            elif self.path == "/metrics":
                self._send(200, metrics.CONTENT_TYPE, metrics.exposition() + generate_latest(STORED))
            else:
                self._answer(404, {"status": "no such page"})

        def _answer(self, code: int, body: dict[str, Any]) -> None:
            self._send(code, "application/json", json.dumps(body).encode())

        def _send(self, code: int, content_type: str, text: bytes) -> None:
            self.send_response(code)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:
            """Probes are not worth a line."""

    return Handler
