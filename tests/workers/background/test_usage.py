"""Months are counted by themselves; those of long ago are dropped."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from apps.billing.models import Usage
from tests.workers.background.conftest import twice_at_once
from workers.background import usage
from workers.background.usage import first_kept, roll_over

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def counted(guild_id: int, month: date) -> None:
    Usage.objects.create(guild_id=guild_id, month=month, tracks=3)


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 11, 25), date(2024, 11, 1)),
        (date(2026, 1, 31), date(2024, 1, 1)),
        (date(2026, 12, 1), date(2024, 12, 1)),
    ],
)
def test_twenty_four_months_are_kept_beside_the_present_one(today: date, first: date) -> None:
    assert first_kept(today) == first


def test_older_months_are_dropped_by_two_workers_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "AT_ONCE", 7)
    kept = first_kept(timezone.now().date())
    for guild_id in range(30):
        counted(guild_id, date(2020, 1, 1))
        counted(guild_id, kept)
    answers = twice_at_once(roll_over)
    assert sum(int(str(answer).split()[0]) for answer in answers) == 30
    assert set(Usage.objects.values_list("month", flat=True)) == {kept}
