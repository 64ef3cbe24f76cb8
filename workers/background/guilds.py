"""Notes which guilds the bot is in, and forgets those that it left long ago."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from apps.billing.services import subscription_ensure
from apps.guilds.presence import guilds_left, guilds_listed, guilds_present
from apps.privacy.departed_guilds import departed_guilds_forget
from project.celery import app
from workers.background.job import job

SECONDS = 300.0
UNTIL_WRITTEN: dict[str, Any] = {
    "autoretry_for": (OperationalError, InterfaceError),
    "max_retries": None,
    "retry_backoff": True,
    "retry_backoff_max": 60,
}
"""The gateway says a word once: while PostgreSQL is away it is tried again, at last every minute. Its moment goes
along, so that an old "joined" takes back no newer "left"."""


@app.task(name="guilds.joined", acks_late=True, time_limit=60, **UNTIL_WRITTEN)
def joined(argument: dict[str, Any]) -> int:
    """The bot is in these guilds: each has a row for its plan from now on; how many were new."""
    guild_ids = _guilds(argument)
    guilds_present(guild_ids=guild_ids, at=_moment(argument))
    return subscription_ensure(guild_ids=guild_ids)


@app.task(name="guilds.left", acks_late=True, time_limit=60, **UNTIL_WRITTEN)
def left(argument: dict[str, Any]) -> None:
    """The bot was removed from these guilds."""
    guilds_left(guild_ids=_guilds(argument), at=_moment(argument))


@app.task(name="guilds.listed", acks_late=True, time_limit=60, **UNTIL_WRITTEN)
def listed(argument: dict[str, Any]) -> int:
    """All guilds of a shard were named; how many others it had."""
    return guilds_listed(shard=int(argument["shard"]), shards=int(argument["shards"]), at=_moment(argument))


@job("guilds.forget", time_limit_s=900)
def forget() -> int:
    """How many guilds. What it does not manage in time it does in the next hour."""
    return departed_guilds_forget(seconds=SECONDS)


def _guilds(argument: dict[str, Any]) -> list[int]:
    return [int(guild_id) for guild_id in argument["guilds"]]


def _moment(argument: dict[str, Any]) -> datetime:
    """When the gateway heard of it; one of the release before does not say."""
    at_ms = argument.get("at_ms")
    return timezone.now() if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC)
