"""/health, /ready and /metrics beside a Celery program, from a thread of the same process."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from project import metrics, settings
from project.env import refuse_to_start

Verdict = tuple[int, dict[str, Any]]
"""Status and body."""


@dataclass(frozen=True, slots=True)
class Pages:
    """What a program answers; called from any thread."""

    health: Callable[[], Verdict]
    """503 says that only a new process helps."""
    ready: Callable[[], Verdict]
    metrics: Callable[[], bytes]
    """Prometheus' text format."""


def alive() -> Verdict:
    """The /health of a program that lives as long as it answers."""
    return 200, {"status": "ok"}


def readiness(away: list[str], **more: Any) -> Verdict:
    """A /ready that names what is away; `more` says what else keeps it from serving."""
    if away or more:
        return 503, {"status": "not ready", "away": away, **more}
    return 200, {"status": "ready"}


class HealthServer:
    """Answers from `start` to `stop`."""

    def __init__(self, pages: Pages, *, port: int, setting: str) -> None:
        """`setting` is the name of the one that holds `port`, for whoever finds it taken."""
        self._pages, self._port, self._setting = pages, port, setting
        self._server: ThreadingHTTPServer | None = None

    @property
    def port(self) -> int:
        """Where it listens; of port 0 the one that was free."""
        return self._port if self._server is None else self._server.server_port

    def start(self) -> None:
        """Listen; a taken port refuses the start."""
        try:
            self._server = ThreadingHTTPServer((settings.LISTEN_HOST, self._port), _handler(self._pages))
        except OSError:
            refuse_to_start(f"Port {self._port} is taken. Free it or set {self._setting}.")
        threading.Thread(target=self._server.serve_forever, name="health", daemon=True).start()

    def stop(self) -> None:
        """Give the port back."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


def _handler(pages: Pages) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/health":
                self._answer(*pages.health())
            elif self.path == "/ready":
                self._answer(*pages.ready())
            elif self.path == "/metrics":
                self._send(200, metrics.CONTENT_TYPE, pages.metrics())
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
