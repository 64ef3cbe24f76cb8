"""Forgets what was played longer ago than a guild keeps its history (90 days unless it says otherwise, 0: nothing)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from apps.guilds.models import GuildSettings
from apps.jobs.retention import rows_forget
from workers.background.job import job

SECONDS = 600.0


@job("history.forget", time_limit_s=900)
def forget() -> str:
    """How many rows. What it does not manage in time it does in the next hour."""
    return str(rows_forget("history", _befores, seconds=SECONDS))


def _befores(guild_ids: Sequence[int]) -> Mapping[int, datetime]:
    now, default = timezone.now(), GuildSettings().history_days
    days = dict(GuildSettings.objects.filter(guild_id__in=guild_ids).values_list("guild_id", "history_days"))
    return {guild_id: now - timedelta(days=days.get(guild_id, default)) for guild_id in guild_ids}
