"""Looks whether the database was backed up within a day; job_metrics tells Prometheus, this tells the log."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.utils import timezone

from apps.jobs.models import Backup
from apps.jobs.selectors import backup_is_fresh, backup_latest
from workers.background.job import job

log = structlog.get_logger(__name__)

ROWS_KEPT = timedelta(days=400)


@job("backups.check", time_limit_s=60)
def check() -> str:
    """fresh, late, empty or none."""
    Backup.objects.filter(finished_at__lt=timezone.now() - ROWS_KEPT).delete()
    backup = backup_latest()
    if backup is None:
        log.warning("There is no backup of the database: table backups is empty")
        return "none"
    if backup_is_fresh(backup):
        return "fresh"
    hours = round((timezone.now() - backup.finished_at).total_seconds() / 3_600)
    log.warning("The last backup is late or empty", backup=backup.name, hours=hours, bytes=backup.size_bytes)
    return "empty" if backup.size_bytes <= 0 else "late"
