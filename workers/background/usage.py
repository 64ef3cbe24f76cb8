"""Rolls usage over: the count of a new month begins by itself, with its first track; months of long ago are dropped."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.utils import timezone

from workers.background.job import job

MONTHS_KEPT = 24
"""Beside the present one; figures of all guilds together stay in `daily_figures`."""
AT_ONCE = 5_000

_DROP = """
DELETE FROM usage WHERE ctid = ANY(ARRAY(
  SELECT ctid FROM usage WHERE month < %s LIMIT %s FOR UPDATE SKIP LOCKED))
"""


@job("usage.roll_over", time_limit_s=600)
def roll_over() -> str:
    """How many rows were dropped."""
    oldest, total = first_kept(timezone.now().date()), 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_DROP, [oldest, AT_ONCE])
            total += cursor.rowcount
            if cursor.rowcount < AT_ONCE:
                return f"{total} rows"


def first_kept(today: date) -> date:
    """The first month that is still kept, by its first day."""
    months = today.year * 12 + today.month - 1 - MONTHS_KEPT
    return date(months // 12, months % 12 + 1, 1)
