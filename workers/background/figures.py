"""Rolls the day that is over up into one row; days that were missed are made up for."""

from __future__ import annotations

from django.utils import timezone

from apps.jobs.figures import day_count, days_uncounted
from workers.background.job import job

DAYS_BACK = 7


@job("figures.roll_up", time_limit_s=1_800)
def roll_up() -> str:
    """How many days were counted."""
    return f"{sum(map(day_count, days_uncounted(timezone.now().date(), DAYS_BACK)))} days"
