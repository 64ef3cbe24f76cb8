"""Writes about jobs: one run at a time per job, and what each run came to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Literal, TypeAlias

from django.db import connection
from django.utils import timezone

from apps.jobs.models import JobRun

Outcome: TypeAlias = Literal["done", "failed", "busy", "died"]
"""`busy`: another process was at it. `died`: it was killed, by its time limit or with its process."""

LOCK_CLASS = 0x5E62
"""First key of our advisory locks; the second is the job's."""


def jobs_know(*, jobs: Iterable[str]) -> None:
    """From now on a job that never runs is late.

    Names the key it counts on: a table that a restore has not given its key yet would take the row twice, and the key
    could not be made any more. PostgreSQL refuses this statement there, and Django has no way to say it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO job_runs (job) SELECT unnest(%s::text[]) ON CONFLICT (job) DO NOTHING", [list(jobs)]
        )


@contextmanager
def job_alone(*, job: str) -> Iterator[bool]:
    """Whether nobody else runs the job while this lasts. PostgreSQL lets go of it when the process dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCK_CLASS, job])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK_CLASS, job])


def job_began(*, job: str) -> None:
    """Note that a run begins; call it under `job_alone`. One that never ended has died."""
    jobs_know(jobs=[job])
    row = JobRun.objects.get(job=job)
    if row.started_at is not None and (row.finished_at is None or row.finished_at < row.started_at):
        _count(job, "died")
    JobRun.objects.filter(job=job).update(started_at=timezone.now())


def job_ended(*, job: str, outcome: Outcome, took: timedelta, word: str) -> None:
    """Note what a run came to."""
    now = timezone.now()
    ended = JobRun.objects.filter(job=job)
    ended.update(finished_at=now, took_s=took.total_seconds(), last_word=word[:200])
    if outcome == "done":
        ended.update(succeeded_at=now)
    _count(job, outcome)


def job_busy(*, job: str) -> None:
    """Note that a run found another one under way."""
    jobs_know(jobs=[job])
    _count(job, "busy")


def _count(job: str, outcome: Outcome) -> None:
    """In the database, so that no two processes lose each other's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE job_runs SET runs = jsonb_set(runs, ARRAY[%s], to_jsonb(coalesce((runs->>%s)::bigint, 0) + 1))"
            " WHERE job = %s",
            [outcome, outcome, job],
        )
