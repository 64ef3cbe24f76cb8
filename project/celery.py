"""The Celery application that every process shares; audio workers add their own transport options."""

from __future__ import annotations

import os

from celery import Celery
from kombu import Queue

from project import settings
from project.task_queues import BACKGROUND_QUEUE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

app = Celery("segue", broker=settings.REDIS_URL)
app.conf.update(
    accept_content=["json"],
    beat_schedule={},
    broker_connection_max_retries=None,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"priority_steps": [0], "socket_timeout": 5, "socket_keepalive": True},
    task_default_queue=BACKGROUND_QUEUE,
    task_ignore_result=True,
    task_queues=[Queue(BACKGROUND_QUEUE)],
    task_send_sent_event=True,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    worker_send_task_events=True,
)
app.set_default()
