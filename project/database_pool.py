"""Lets the api's requests share connections: opening one for each costs more than most of them.

Only there: other processes fork, and hold a connection only while they work.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from django.db import connections
from prometheus_client import Counter, Gauge

from project import settings

POOL: dict[str, Any] = {"min_size": 0, "max_size": 16, "timeout": 3, "max_idle": 5}
"""psycopg_pool's. Idle connections go after five seconds: they would block a restore."""
LOOK_SECONDS = 5.0


def use_pool() -> None:
    """Called once, before Django reads its settings; connections are looked at before they are used again."""
    database = settings.DATABASES["default"]
    options = database["OPTIONS"]
    assert isinstance(options, dict)  # noqa: S101 # as settings made it
    options["pool"] = POOL
    database["CONN_HEALTH_CHECKS"] = True


def watch_pool() -> None:
    """Called once by each api process, when Django has read its settings."""
    threading.Thread(target=PoolWatch().run, name="pool watch", daemon=True).start()


class PoolWatch:
    """Tells how the pool fares: psycopg_pool counts, we ask."""

    def __init__(self) -> None:
        held = Gauge("api_database_connections", "Connections to PostgreSQL", ["state"], multiprocess_mode="livesum")
        self._idle, self._in_use = held.labels("idle"), held.labels("in use")
        self._most = Gauge(
            "api_database_connections_most", "Connections that there may be", multiprocess_mode="livesum"
        )
        self._waiting = Gauge(
            "api_database_waiting", "Requests that wait for a connection", multiprocess_mode="livesum"
        )
        self._counters = {
            "requests_num": Counter("api_database_asked_total", "Connections asked for"),
            "requests_queued": Counter("api_database_waits_total", "Connections that had to be waited for"),
            "requests_wait_ms": Counter("api_database_wait_seconds_total", "How long they were waited for"),
            "requests_errors": Counter("api_database_timeouts_total", "Waits that were given up after three seconds"),
            "connections_errors": Counter("api_database_connect_failures_total", "Connections that PostgreSQL refused"),
        }
        self._known: dict[str, int] = {}

    def run(self) -> None:
        """Look for ever."""
        while True:
            self.look()
            time.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Tell how it stands; asks PostgreSQL nothing."""
        pool: Any = connections["default"].pool  # type: ignore[attr-defined] # PostgreSQL's has one
        stats: dict[str, int] = pool.get_stats()
        for name, counter in self._counters.items():
            now, before = stats.get(name, 0), self._known.get(name, 0)
            self._known[name] = now
            counter.inc((now - before) / (1_000 if name.endswith("_ms") else 1))
        self._idle.set(stats["pool_available"])
        self._in_use.set(stats["pool_size"] - stats["pool_available"])  # those that are being opened, too
        self._most.set(stats["pool_max"])
        self._waiting.set(stats["requests_waiting"])
