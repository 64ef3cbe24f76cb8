"""What makes a function a background job: a task that runs once at a time, and whose lateness everybody can see."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias, TypeVar

import structlog
from django.utils import timezone

from apps.jobs.models import JobRun
from apps.jobs.services import job_alone, job_began, job_busy, job_ended
from project.celery import app
from project.job_schedule import SCHEDULE

log = structlog.get_logger(__name__)

Body: TypeAlias = Callable[[], int | str]
"""Returns how much it did, for Flower and for table `job_runs`; nobody's data. Raises what went wrong."""
AnyBody = TypeVar("AnyBody", bound=Body)

DUE_AFTER = 0.97
"""Of a day: more than 23 hours, so that it does not creep forward, and less than 24, as a run takes a while."""


def job(name: str, *, time_limit_s: int) -> Callable[[AnyBody], AnyBody]:
    """Make a task of a function whose line is in `project.job_schedule`; a process that runs longer is killed.

    The function may be killed anywhere and must do no harm when it runs twice at once all the same: the lock goes
    when the connection does.
    """
    due = timedelta(seconds=SCHEDULE[name].seconds)

    def register(body: AnyBody) -> AnyBody:
        @app.task(name=name, time_limit=time_limit_s)
        def task(*, if_due: bool = False) -> str:
            """`if_due`: only if it has not ended well lately."""
            return run_job(name, body, unless_within=due * DUE_AFTER if if_due else None)

        return body

    return register


def run_job(name: str, body: Body, *, unless_within: timedelta | None = None) -> str:
    """Run it unless it runs already, or ended well within that time; raises what it raises."""
    with job_alone(job=name) as mine:
        if not mine:
            job_busy(job=name)
            return "under way elsewhere"
        if unless_within is not None and _ended_well_within(name, unless_within):
            return "not due"
        job_began(job=name)
        began = time.monotonic()
        try:
            word = str(body())
        except Exception as error:
            log.error("A job failed", job=name, reason=type(error).__name__)
            job_ended(job=name, outcome="failed", took=_since(began), word=type(error).__name__)
            raise
        job_ended(job=name, outcome="done", took=_since(began), word=word)
        return word


def _ended_well_within(name: str, span: timedelta) -> bool:
    return JobRun.objects.filter(job=name, succeeded_at__gt=timezone.now() - span).exists()


def _since(began: float) -> timedelta:
    return timedelta(seconds=time.monotonic() - began)
