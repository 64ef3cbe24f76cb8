"""The Celery application that every process shares; audio workers add their own transport options."""

from __future__ import annotations

import os
import sys
from typing import Any

from celery import Celery, signals
from kombu import Queue

from project import flower_login, logging, metrics, settings
from project.job_schedule import beat_schedule
from project.task_queues import BACKGROUND_QUEUE, DESK_QUEUE
from project.worker_health import WorkerHealth

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
# One of dj-stripe's asks PostgreSQL: beat and Flower would hold that connection as long as they live, and nobody could
# drop the database to restore a backup.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")


def celery_command() -> str | None:
    """Which `celery -A project …` this process is: worker, beat or flower; None elsewhere."""
    program, *words = sys.argv
    if os.path.basename(program) not in {"celery", "__main__.py"} or not {"project", "--app=project"} & set(words):
        return None
    return next((word for word in words if word in {"worker", "beat", "flower"}), None)


app = Celery("segue", broker=settings.REDIS_URL)
app.conf.update(
    accept_content=["json"],
    beat_schedule=beat_schedule(),
    beat_scheduler="project.beat_scheduler:BeatScheduler",  # the schedule is code, it needs no file
    broker_connection_max_retries=None,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"priority_steps": [0], "socket_timeout": 5, "socket_keepalive": True},
    task_default_queue=BACKGROUND_QUEUE,
    task_ignore_result=True,
    imports=(  # by name: they import this module
        "workers.background.desk.tasks",
        "workers.background.job_metrics",
        "workers.background.billing_metrics",
        "workers.background.heartbeat",
        "workers.background.billing",
        "workers.background.accounts",
        "workers.background.privacy",
        "workers.background.guilds",
        "workers.background.history",
        "workers.background.commands",
        "workers.background.webhooks",
        "workers.background.notices",
        "workers.background.usage",
        "workers.background.figures",
        "workers.background.searches",
        "workers.background.backups",
    ),
    task_queues=[Queue(DESK_QUEUE), Queue(BACKGROUND_QUEUE)],
    task_routes=dict.fromkeys(("guilds.joined", "guilds.left", "guilds.listed"), DESK_QUEUE),
    task_send_sent_event=True,
    worker_hijack_root_logger=False,
    worker_prefetch_multiplier=1,  # what waits behind a long job could be served by another worker
    worker_redirect_stdouts=False,
    worker_send_task_events=True,
)
app.set_default()
app.steps["worker"].add(WorkerHealth)


@signals.setup_logging.connect
def _keep_logging(**_: Any) -> None:
    """Whoever listens to this signal has set up logging: at import, so that the first line is as the last."""


@signals.celeryd_after_setup.connect
def _only_log_lines(instance: Any, **_: Any) -> None:
    """A worker prints a banner at its start and a sentence at its end: the one is left out, the other a log line."""
    from celery.apps import worker

    instance.quiet = True
    worker.safe_say = logging.say_in_signal_handler  # type: ignore[attr-defined] # missing in celery-types


if (command := celery_command()) is not None:
    logging.configure(command)
if command == "worker":
    metrics.share("worker")  # before the tasks' modules are imported, which make metrics of their own
if command == "beat":
    from project.quiet_beat import QuietBeat

    app.Beat = app.subclass_with_self(QuietBeat)  # type: ignore[misc] # a cached property, meant to be replaced
if command == "flower":
    from flower import command as flower_command

    from project.fresh_flower import FreshFlower

    flower_login.prepare()
    flower_command.Flower = FreshFlower  # it offers no other way in
