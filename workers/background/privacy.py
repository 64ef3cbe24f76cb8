"""Carries out erasures that members have asked for: at once, and again by beat until nothing can come back."""

from __future__ import annotations

from typing import Any

from apps.privacy.announcement import TASK
from apps.privacy.erasure import erasures_carry_out
from project.celery import app
from workers.background.job import job, run_job

JOB = "privacy.erase"


@job(JOB, time_limit_s=600)
def erase() -> int:
    """How many were finished."""
    return erasures_carry_out()


@app.task(name=TASK, time_limit=600)
def begin(_argument: dict[str, Any]) -> str:
    """Somebody waits: not only when it is due."""
    return run_job(JOB, erase)
