"""Forgets commands, and errors of playing, that support will not ask about any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from apps.jobs.retention import rows_forget
from workers.background.job import job

KEPT = timedelta(days=30)
"""A command is known by its row: as long as one may come again (from a journal, with an Idempotency-Key) it stays."""
SECONDS = 300.0


@job("commands.forget", time_limit_s=900)
def forget() -> str:
    """How many rows of each. What it does not manage in time it does in the next hour."""
    commands = rows_forget("commands", _befores, seconds=SECONDS)
    errors = rows_forget("playback_errors", _befores, seconds=SECONDS)
    return f"{commands}, errors {errors}"


def _befores(guild_ids: Sequence[int]) -> Mapping[int, datetime]:
    return dict.fromkeys(guild_ids, timezone.now() - KEPT)
