"""A day that is over becomes one row, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.jobs.models import DailyFigures
from apps.library.models import HistoryEntry
from apps.playback.models import Command
from tests.workers.background.conftest import twice_at_once
from workers.background.figures import DAYS_BACK, roll_up

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

GUILD, OTHER, THIRD = (n << 22 for n in (7, 8, 9))
NOON = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
YESTERDAY = NOON - timedelta(days=1)


def a_day() -> None:
    HistoryEntry.objects.bulk_create(
        HistoryEntry(guild_id=guild_id, member_id=1, track={}, at=at)
        for guild_id, at in [(GUILD, YESTERDAY), (GUILD, YESTERDAY), (OTHER, YESTERDAY), (OTHER, NOON)]
    )
    Command.objects.bulk_create(
        Command(id=str(n), guild_id=THIRD, kind="skip", actor={}, outcome={"type": ending}, at=YESTERDAY, took_ms=took)
        for n, (ending, took) in enumerate([("skipped", 10), ("skipped", 20), ("refused", 1_000), ("said", None)])
    )


def test_a_day_is_counted() -> None:
    a_day()
    roll_up()
    row = DailyFigures.objects.get(day=YESTERDAY.date())
    assert (row.tracks, row.guilds) == (3, 3)
    assert row.commands == {"skipped": 2, "refused": 1, "said": 1}
    assert row.p95_ms == 902  # between 20 and 1000, as percentile_cont has it


def test_a_day_without_anything_has_a_row_of_nothing() -> None:
    roll_up()
    row = DailyFigures.objects.get(day=YESTERDAY.date())
    assert (row.tracks, row.guilds, row.commands, row.p95_ms) == (0, 0, {}, None)


def test_days_that_were_missed_are_made_up_for_and_today_is_left() -> None:
    DailyFigures.objects.create(day=YESTERDAY.date(), tracks=77, guilds=1)
    assert roll_up() == f"{DAYS_BACK - 1} days"
    assert roll_up() == "0 days"
    assert DailyFigures.objects.get(day=YESTERDAY.date()).tracks == 77, "a day is not counted again"
    assert not DailyFigures.objects.filter(day=NOON.date()).exists()


def test_two_workers_at_once_count_each_day_once() -> None:
    a_day()
    answers = twice_at_once(roll_up)
    assert sum(int(str(answer).split()[0]) for answer in answers) == DAYS_BACK
    assert DailyFigures.objects.get(day=YESTERDAY.date()).tracks == 3
