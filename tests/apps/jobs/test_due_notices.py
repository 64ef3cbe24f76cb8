"""What a guild is to be told of its plan follows from its row and the time, and has its sentence in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from apps.billing.entitlements import GRACE
from apps.billing.models import Plan, Subscription, Usage
from apps.billing.services import as_billing
from apps.jobs.due_notices import PARTS, PAYMENT_DAYS, USED_PERCENT, Due, notices_due
from workers.screen.language import CATALOGUES
from workers.screen.plan_notice import plan_notice

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

GUILD = 9 << 22
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PAID: dict[str, Any] = {"source": "stripe", "tier": "PREMIUM", "stripe_subscription_id": "sub_1"}


def subscription(**columns: Any) -> None:
    with transaction.atomic(), as_billing():
        Subscription.objects.create(guild_id=GUILD, **columns)


def change(**columns: Any) -> None:
    with transaction.atomic(), as_billing():
        Subscription.objects.update(**columns)


def used(tracks: int, month: str = "2026-11-01") -> None:
    Usage.objects.create(guild_id=GUILD, month=month, tracks=tracks)


def due(now: datetime = NOW) -> list[tuple[str, str]]:
    return [(one.kind, one.period) for one in notices_due(now).dues]


@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        (0, ["payment_failed.0"]),
        (2.9, ["payment_failed.0"]),
        (3, ["payment_failed.3"]),
        (6.5, ["payment_failed.6"]),
        (7, ["grace_ended"]),
        (9.9, ["grace_ended"]),
        (10, []),
    ],
)
def test_a_payment_that_fails_is_told_in_steps(days: float, kinds: list[str]) -> None:
    subscription(**PAID, status="PAST_DUE", past_due_since=NOW - days * DAY)
    told = notices_due(NOW).dues
    assert [one.kind for one in told] == kinds
    assert {one.values["until"] for one in told} <= {int((NOW - days * DAY + GRACE).timestamp())}


def test_a_payment_that_fails_later_again_is_another_matter() -> None:
    subscription(**PAID, status="PAST_DUE", past_due_since=NOW)
    first = due()
    change(past_due_since=NOW + 40 * DAY)
    assert due(NOW + 40 * DAY) != first


@pytest.mark.parametrize(("left", "kinds"), [(4, []), (2, ["grant_ends"]), (-1, [])])
def test_a_grant_is_told_three_days_before_it_ends(left: int, kinds: list[str]) -> None:
    subscription(source="grant", tier="PREMIUM", grant_tier="PREMIUM", grant_until=NOW + left * DAY)
    assert [kind for kind, _ in due()] == kinds


def test_a_plan_that_will_end_is_told_and_that_it_has_ended() -> None:
    subscription(**PAID, cancel_at_period_end=True, period_end=NOW + 20 * DAY)
    assert due() == [("plan_cancelled", "sub_1 2026-12-15")]
    change(status="CANCELED", synced_at=NOW + 20 * DAY)
    assert due(NOW + 20 * DAY) == [("plan_ended", "sub_1")]
    assert due(NOW + 24 * DAY) == []


def test_a_plan_that_runs_is_nothing_to_tell() -> None:
    subscription(**PAID, period_end=NOW + 20 * DAY)
    assert due() == []


@pytest.mark.parametrize(
    ("tracks", "kinds"), [(799, []), (800, ["usage.80"]), (999, ["usage.80"]), (1_000, ["usage.100"])]
)
def test_a_guild_hears_when_most_of_its_tracks_are_used(tracks: int, kinds: list[str]) -> None:
    subscription()
    used(tracks)
    used(5_000, "2026-10-01")
    assert [kind for kind, _ in due()] == kinds


def test_what_counts_is_the_plan_in_force() -> None:
    subscription(**PAID, status="CANCELED")
    used(900)
    assert due() == [("usage.80", "2026-11 FREE")]
    change(status="ACTIVE")
    assert due() == []
    Plan.objects.filter(tier="PREMIUM").update(tracks_per_month=None)
    assert due() == []


def test_new_tracks_come_on_the_first() -> None:
    used(1_000)
    (told,) = notices_due(NOW).dues
    assert told.values["until"] == int(datetime(2026, 12, 1, tzinfo=UTC).timestamp())


def test_a_part_that_fails_takes_no_other_along() -> None:
    subscription(source="grant", tier="PREMIUM", grant_tier="PREMIUM", grant_until=NOW + DAY)
    used(50_000)
    Plan.objects.exclude(tier="BASIC").delete()
    found = notices_due(NOW)
    assert [one.kind for one in found.dues] == ["grant_ends"]
    assert [kind for kind in KINDS if not found.judges(kind)] == ["usage.80", "usage.100"]


def test_every_kind_belongs_to_a_part() -> None:
    assert {kind.partition(".")[0] for kind in KINDS} == {family for families, _ in PARTS for family in families}


VALUES: dict[str, str | int] = {"plan": "Pre*mium", "free": "Free", "until": 1, "tracks": 2, "allowed": 3}
KINDS = [f"payment_failed.{day}" for day in PAYMENT_DAYS] + [f"usage.{percent}" for percent in USED_PERCENT]
KINDS += ["grace_ended", "grant_ends", "plan_cancelled", "plan_ended"]


@pytest.mark.parametrize("locale", ["en-US", "es-ES"])
def test_every_notice_has_its_sentence(locale: str) -> None:
    said = {kind: plan_notice(kind, VALUES, locale)["content"] for kind in KINDS}
    assert len(set(said.values())) == len(KINDS)
    assert all("Pre\\*mium" in sentence for sentence in said.values())
    assert "<t:1:D>" in said["grant_ends"]


def test_no_sentence_is_left_over() -> None:
    assert {key for key in CATALOGUES["en"] if key.startswith("notice.")} == {f"notice.{kind}" for kind in KINDS}


def test_a_notice_is_known_by_guild_kind_and_period() -> None:
    assert Due(GUILD, "plan_ended", "sub_1", {}).identity == (GUILD, "plan_ended", "sub_1")
