"""The Celery application: its task queues, and what it leaves alone."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
import redis

from project.task_queues import BACKGROUND_QUEUE, DESK_QUEUE

SEND = """
from project.celery import app
with app.connection_for_write() as connection:
    for queue in app.amqp.queues.values():
        queue.bind(connection.default_channel).declare()
app.send_task("tried", queue={queue!r}, ignore_result=True)
"""


@pytest.mark.parametrize(("queue", "other"), [(BACKGROUND_QUEUE, DESK_QUEUE), (DESK_QUEUE, BACKGROUND_QUEUE)])
def test_a_task_goes_to_its_queue_alone(
    redis_url: str, queue: str, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", redis_url)
    subprocess.run([sys.executable, "-c", SEND.format(queue=queue)], check=True)
    with redis.Redis.from_url(redis_url) as client:
        assert (client.llen(queue), client.llen(other)) == (1, 0)


def test_what_beat_and_flower_load_connects_to_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("DATABASE_URL", f"postgresql://segue:x@127.0.0.1:{server.getsockname()[1]}/discord")
        load = "from project.celery import app; app.loader.import_default_modules()"
        subprocess.run([sys.executable, "-c", load], check=True)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
