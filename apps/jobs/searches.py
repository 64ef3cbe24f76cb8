"""What members search for often, kept without saying who, so that it outlives an emptied Redis."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from apps.jobs.models import Search

KEPT = timedelta(days=7)
MOST_KEPT = 20_000
OFTEN = 2
"""What was asked once may be anybody's and is never offered anew."""

_SEEN = """
INSERT INTO searches AS s (words, times, seen_at) SELECT word, 1, now() FROM unnest(%s::text[]) AS word ORDER BY word
ON CONFLICT (words) DO UPDATE SET times = s.times + 1, seen_at = now()
"""
_LEAST = """
DELETE FROM searches WHERE words IN (
  SELECT words FROM searches ORDER BY times DESC, seen_at DESC OFFSET %s FOR UPDATE SKIP LOCKED)
"""


def searches_seen(*, words: Collection[str]) -> None:
    """Count these once more. In order, so that two processes do not wait for each other crosswise."""
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [sorted(set(words))])


def searches_forget() -> None:
    """Those that nobody asked for lately, and the rarest of too many."""
    Search.objects.filter(seen_at__lt=timezone.now() - KEPT).delete()
    with connection.cursor() as cursor:
        cursor.execute(_LEAST, [MOST_KEPT])


def searches_often(*, most: int) -> list[str]:
    """The words that were asked for most."""
    often = Search.objects.filter(times__gte=OFTEN).order_by("-times", "-seen_at", "words")
    return list(often.values_list("words", flat=True)[:most])
