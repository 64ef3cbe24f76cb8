"""Tells how much waits for the background workers; every worker tells the same, from a thread beside Celery's."""

from __future__ import annotations

import threading

import redis
import structlog
from prometheus_client import Gauge

from project import settings
from project.task_queues import BACKGROUND_QUEUE, DESK_QUEUE
from project.wire import keys

log = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0


class QueueDepths:
    """Made in the parent, after `metrics.share`."""

    def __init__(self) -> None:
        self._waiting = Gauge("worker_queue_length", "Messages that wait", ["queue"], multiprocess_mode="livemax")
        self._owed = Gauge("desk_journal_entries", "Commands that the desk owes", multiprocess_mode="livemax")
        self._stopping = threading.Event()

    def start(self) -> None:
        """Look until `stop`."""
        threading.Thread(target=self._run, name="queue depths", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()

    def look(self, client: redis.Redis) -> None:
        """What waits now; raises redis.RedisError, OSError."""
        with client.pipeline(transaction=False) as pipe:
            for queue in (DESK_QUEUE, BACKGROUND_QUEUE):
                pipe.llen(queue)
            for slot in range(settings.SLOTS):
                pipe.hlen(keys.desk_journal(slot))
            desk, background, *owed = pipe.execute()
        self._waiting.labels(DESK_QUEUE).set(desk)
        self._waiting.labels(BACKGROUND_QUEUE).set(background)
        self._owed.set(sum(owed))

    def _run(self) -> None:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
        while True:
            try:
                self.look(client)
            except (redis.RedisError, OSError) as error:
                log.debug("How much waits is not known", reason=type(error).__name__)
            if self._stopping.wait(LOOK_SECONDS):
                client.close()
                return
