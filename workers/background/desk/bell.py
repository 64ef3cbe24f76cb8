"""Rings again for commands that got lost between the queue and their outcome, from a thread beside Celery's worker."""

from __future__ import annotations

import threading
from typing import Any

import redis
import structlog
from celery import bootsteps

from project import settings
from workers.background.desk.journal import DeskJournal
from workers.background.desk.redis_client import new_client

log = structlog.get_logger(__name__)

LISTEN_SECONDS = 2.0


class DeskBell(bootsteps.StartStopStep):
    """Lives as long as the worker; its first look comes at once, for what the worker before had in hand."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self._stopping = threading.Event()

    def start(self, parent: Any) -> None:
        """Begin to look."""
        threading.Thread(target=self._run, name="desk bell", daemon=True).start()

    def stop(self, parent: Any) -> None:
        """Look no more."""
        self._stopping.set()

    def terminate(self, parent: Any) -> None:
        """The same on a cold shutdown."""
        self.stop(parent)

    def _run(self) -> None:
        journal = DeskJournal(new_client(), settings.SLOTS)
        while True:
            try:
                if rung := journal.ring_again():
                    log.warning("Commands had no outcome and are queued again", commands=rung)
            except (redis.RedisError, OSError) as error:
                log.warning("The desk's journal cannot be read", reason=str(error))
            except Exception:
                log.exception("The desk's bell stumbled")
            if self._stopping.wait(LISTEN_SECONDS):
                return
