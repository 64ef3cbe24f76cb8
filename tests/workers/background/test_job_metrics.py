"""What Prometheus is told of jobs and backups comes from PostgreSQL and is never lost with a process."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone
from prometheus_client import CollectorRegistry

from apps.jobs.models import Backup, JobRun
from project.job_schedule import HEARTBEAT, SCHEDULE
from workers.background import job_metrics
from workers.background.job import run_job
from workers.background.job_metrics import JobCollector

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

SUCCESS = "segue_job_last_success_timestamp_seconds"


def told(collector: JobCollector | None = None) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(collector or JobCollector())
    return registry


def value(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    return registry.get_sample_value(name, labels)


def backup(age: timedelta, size: int = 1) -> None:
    Backup.objects.create(finished_at=timezone.now() - age, size_bytes=size, name="discord.dump", sha256="0" * 64)


def test_a_job_that_never_ran_grows_late_from_when_it_became_known() -> None:
    before = timezone.now().timestamp()
    registry = told()
    for name, due in SCHEDULE.items():
        since = value(registry, SUCCESS, task=name)
        assert since is not None
        assert since >= before - 60
        assert value(registry, "segue_job_due_seconds", task=name) == due.seconds
    assert value(told(), SUCCESS, task=HEARTBEAT) == value(registry, SUCCESS, task=HEARTBEAT)


def test_the_last_success_and_how_runs_ended_are_told() -> None:
    run_job(HEARTBEAT, lambda: 1)
    registry = told()
    run = JobRun.objects.get(job=HEARTBEAT)
    assert run.succeeded_at is not None
    assert value(registry, SUCCESS, task=HEARTBEAT) == pytest.approx(run.succeeded_at.timestamp())
    assert value(registry, "segue_job_runs_total", task=HEARTBEAT, outcome="done") == 1
    assert value(registry, "segue_job_runs_total", task=HEARTBEAT, outcome="failed") == 0
    assert value(registry, "segue_job_duration_seconds", task=HEARTBEAT) == run.took_s
    assert value(registry, "segue_beat_last_seen_timestamp_seconds") == pytest.approx(run.succeeded_at.timestamp())


def test_without_a_backup_it_says_so() -> None:
    registry = told()
    assert value(registry, "segue_backup_ok") == 0
    assert value(registry, "segue_backup_last_timestamp_seconds") == 0


@pytest.mark.parametrize(("hours", "size", "ok"), [(1, 10, 1), (25, 10, 1), (27, 10, 0), (1, 0, 0)])
def test_a_backup_counts_if_it_is_of_today_and_not_empty(hours: int, size: int, ok: int) -> None:
    backup(timedelta(days=3), 99)
    backup(timedelta(hours=hours), size)
    registry = told()
    assert value(registry, "segue_backup_ok") == ok
    assert value(registry, "segue_backup_last_size_bytes") == size


def test_while_postgresql_is_away_the_last_known_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    collector = JobCollector()
    assert value(told(collector), "segue_jobs_readable") == 1

    def away() -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(job_metrics, "backup_latest", away)
    registry = told(collector)
    assert value(registry, "segue_jobs_readable") == 0
    assert value(registry, SUCCESS, task=HEARTBEAT) is not None
