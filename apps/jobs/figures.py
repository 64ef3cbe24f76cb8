"""Counts what happened on a day, before retention takes the rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.db import connection

from apps.jobs.models import DailyFigures

# A day's rows are found by reading the tables once; no index on time is paid for by every command and track.
_COUNT = """
WITH heard AS (SELECT guild_id FROM history WHERE at >= %(begin)s AND at < %(end)s),
given AS (
  SELECT guild_id, outcome->>'type' AS ending, took_ms FROM commands WHERE at >= %(begin)s AND at < %(end)s
)
INSERT INTO daily_figures (day, tracks, guilds, commands, p95_ms)
SELECT %(day)s,
  (SELECT count(*) FROM heard),
  (SELECT count(*) FROM (SELECT guild_id FROM heard UNION SELECT guild_id FROM given) AS active),
  coalesce((SELECT jsonb_object_agg(coalesce(ending, 'unknown'), times)
    FROM (SELECT ending, count(*) AS times FROM given GROUP BY ending) AS endings), '{}'),
  (SELECT round(percentile_cont(0.95) WITHIN GROUP (ORDER BY took_ms)) FROM given WHERE took_ms IS NOT NULL)
ON CONFLICT (day) DO NOTHING
"""


def days_uncounted(today: date, back: int) -> list[date]:
    """Of the last days, today excluded, those without a row; the oldest first."""
    days = [today - timedelta(days=ago) for ago in range(back, 0, -1)]
    known = set(DailyFigures.objects.filter(day__in=days).values_list("day", flat=True))
    return [day for day in days if day not in known]


def day_count(day: date) -> bool:
    """Write a day's row, unless somebody has; whether it was written. The day must be over."""
    begin = datetime.combine(day, time(), UTC)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"day": day, "begin": begin, "end": begin + timedelta(days=1)})
        return bool(cursor.rowcount)
