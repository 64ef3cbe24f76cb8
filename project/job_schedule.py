"""When beat asks for each background job, and how often a job should have ended well: the schedule is code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from celery.schedules import crontab

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Due:
    """`seconds` between two runs that end well, while all is well. A job is late after twice that."""

    seconds: int
    asked: float | crontab
    """When beat asks. A daily job is asked for every hour and runs when it is due: beat keeps no memory of its own, so
    one that restarts past the minute, or a run that fails, costs an hour and not a day."""


def every(seconds: int) -> Due:
    """In a steady pace."""
    return Due(seconds, float(seconds))


def hourly(minute: int) -> Due:
    """At that minute of every hour (UTC)."""
    return Due(3_600, crontab(minute=str(minute)))


def daily(minute: int) -> Due:
    """Once a day, at that minute of the first hour in which it is due."""
    return Due(DAY_S, crontab(minute=str(minute)))


HEARTBEAT = "jobs.heartbeat"
"""Does nothing: that it ended well a moment ago says that beat, the broker and a worker do."""

SCHEDULE: dict[str, Due] = {
    HEARTBEAT: every(30),
    "accounts.forget": hourly(41),
    "billing.sweep": every(60),
    "billing.expire": every(60),
    "billing.reconcile": hourly(17),
    "billing.forget": hourly(47),
    "billing.tell": every(300),
    "guilds.forget": hourly(51),
    "history.forget": hourly(7),
    "privacy.erase": every(60),
    "commands.forget": hourly(27),
    "usage.roll_over": daily(33),
    "figures.roll_up": hourly(3),
    "searches.warm": every(300),
    "backups.check": hourly(13),
}
"""Task -> when. Every task here is made by `workers.background.job.job`."""


def beat_schedule() -> dict[str, dict[str, Any]]:
    """In Celery's form. What waited for a worker until it was due again is dropped: the next one does its work."""
    return {
        name: {
            "task": name,
            "schedule": due.asked,
            "kwargs": {"if_due": True} if due.seconds >= DAY_S else {},
            "options": {"expires": min(due.seconds, 3_600)},
        }
        for name, due in SCHEDULE.items()
    }
