"""Reads about jobs and backups."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from apps.jobs.models import Backup

FRESH = timedelta(hours=26)
"""A backup is made every day, and may take two hours longer than the one before."""


def backup_latest() -> Backup | None:
    """The last one that was finished."""
    return Backup.objects.order_by("-finished_at").first()


def backup_is_fresh(backup: Backup | None, now: datetime | None = None) -> bool:
    """Whether there is one, of today and with something in it."""
    return backup is not None and backup.size_bytes > 0 and backup.finished_at > (now or timezone.now()) - FRESH
