"""Tells Prometheus how jobs and backups stand: read from PostgreSQL when asked, so every worker tells the same.

    segue_job_last_success_timestamp_seconds{task}  since when it is known, where it never ended well
    segue_job_due_seconds{task}                     how often it should end well
    segue_job_duration_seconds{task}                of the last run that ended
    segue_job_runs_total{task,outcome}              done, failed, busy, died
    segue_beat_last_seen_timestamp_seconds          when a message of beat's was last worked on
    segue_backup_last_timestamp_seconds             0 where there is none
    segue_backup_last_size_bytes
    segue_backup_ok                                 1: one that is not empty, within the last 26 hours
    segue_jobs_readable                             0: PostgreSQL does not answer, what stands here is of before

A job is late when `time() - segue_job_last_success_timestamp_seconds > 2 * segue_job_due_seconds`, taken
`max by (task)` because all workers tell it. The label is no `job`, which is Prometheus' own name for what it scrapes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import get_args

import structlog
from django.db import DatabaseError, InterfaceError, connection, transaction
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from apps.jobs.models import Backup, JobRun
from apps.jobs.selectors import backup_is_fresh, backup_latest
from apps.jobs.services import Outcome, jobs_know
from project.job_schedule import HEARTBEAT, SCHEDULE
from project.worker_metrics import STORED

log = structlog.get_logger(__name__)

PATIENCE_MS = 2_000


class JobCollector(Collector):
    """Asked from the threads that answer scrapes; one of them reads at a time, the others tell what is known."""

    def __init__(self) -> None:
        self._reading = threading.Lock()
        self._known: list[Metric] = []

    def collect(self) -> Iterable[Metric]:
        """Never raises: other metrics share the page."""
        readable = False
        if self._reading.acquire(blocking=False):
            try:
                self._known = list(_read())
                readable = True
            except (DatabaseError, InterfaceError) as error:
                log.warning("How jobs stand cannot be read", reason=type(error).__name__)
            finally:
                connection.close()  # this thread ends with the scrape
                self._reading.release()
        yield GaugeMetricFamily("segue_jobs_readable", "Whether PostgreSQL told how jobs stand", int(readable))
        yield from self._known


def _read() -> Iterable[Metric]:
    jobs_know(jobs=SCHEDULE)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)])
        runs = {run.job: run for run in JobRun.objects.filter(job__in=SCHEDULE)}
        backup = backup_latest()
    yield from _of_jobs(runs)
    yield from _of_backup(backup)


def _of_jobs(runs: dict[str, JobRun]) -> Iterable[Metric]:
    last = GaugeMetricFamily("segue_job_last_success_timestamp_seconds", "When it last ended well", labels=["task"])
    due = GaugeMetricFamily("segue_job_due_seconds", "How often it should end well", labels=["task"])
    took = GaugeMetricFamily("segue_job_duration_seconds", "How long the last run took", labels=["task"])
    ended = CounterMetricFamily("segue_job_runs", "Runs by how they ended", labels=["task", "outcome"])
    for name, run in runs.items():
        last.add_metric([name], (run.succeeded_at or run.known_since).timestamp())
        due.add_metric([name], SCHEDULE[name].seconds)
        if run.took_s is not None:
            took.add_metric([name], run.took_s)
        for outcome in get_args(Outcome):  # from zero, so that the first failure is an increase
            ended.add_metric([name, outcome], run.runs.get(outcome, 0))
    beat = runs[HEARTBEAT]
    seen = (beat.succeeded_at or beat.known_since).timestamp()
    yield from (last, due, took, ended)
    yield GaugeMetricFamily("segue_beat_last_seen_timestamp_seconds", "When beat's word last came through", seen)


def _of_backup(backup: Backup | None) -> Iterable[Metric]:
    at = backup.finished_at.timestamp() if backup else 0
    yield GaugeMetricFamily("segue_backup_last_timestamp_seconds", "When the last backup was finished", at)
    yield GaugeMetricFamily("segue_backup_last_size_bytes", "How large it is", backup.size_bytes if backup else 0)
    yield GaugeMetricFamily("segue_backup_ok", "Whether it is fresh and not empty", int(backup_is_fresh(backup)))


STORED.register(JobCollector())
