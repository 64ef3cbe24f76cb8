"""Shows that beat's messages arrive and are worked on."""

from __future__ import annotations

from project.job_schedule import HEARTBEAT
from workers.background.job import job


@job(HEARTBEAT, time_limit_s=30)
def heartbeat() -> str:
    """Nothing; that it ran is noted."""
    return "alive"
