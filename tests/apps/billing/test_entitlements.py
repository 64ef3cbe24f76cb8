"""What a guild is entitled to, for every state and moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.billing.entitlements import (
    ENTITLING,
    GRACE,
    SEEDED,
    STATUSES,
    AtStripe,
    Grant,
    Tier,
    entitled,
    in_force,
    needs_lookup,
)

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
moments = st.integers(-60, 60).map(lambda days: NOON + timedelta(days=days))
tiers, statuses = st.sampled_from(Tier), st.sampled_from(STATUSES)
paid = st.none() | st.builds(AtStripe, tiers, statuses, st.none() | moments)
grants = st.builds(Grant, tiers, st.none() | moments)


@pytest.mark.parametrize("status", STATUSES)
def test_only_some_statuses_entitle(status: str) -> None:
    worth = entitled(Tier.BASIC, status, NOON + timedelta(days=9), NOON, NOON)
    assert (worth is Tier.BASIC) == (status in ENTITLING | {"PAST_DUE"})


def test_the_grace_ends_to_the_second() -> None:
    def worth(now: datetime) -> Tier:
        return entitled(Tier.PREMIUM, "PAST_DUE", None, NOON, now)

    assert worth(NOON + GRACE - timedelta(seconds=1)) is Tier.PREMIUM
    assert worth(NOON + GRACE) is Tier.FREE


def test_a_paid_period_that_is_over_is_looked_up_and_meanwhile_trusted() -> None:
    end, later = NOON, NOON + timedelta(days=2)
    assert needs_lookup("ACTIVE", end, later)
    assert not needs_lookup("ACTIVE", end, end + timedelta(hours=3))
    assert not needs_lookup("CANCELED", end, later)
    assert entitled(Tier.BASIC, "ACTIVE", end, None, later) is Tier.BASIC


def test_a_grant_ends_with_its_period() -> None:
    assert entitled(Tier.BASIC, "ACTIVE", NOON, None, NOON, source="grant") is Tier.FREE


@given(paid, grants, moments)
def test_a_grant_never_lowers_what_is_paid(at_stripe: AtStripe | None, grant: Grant, now: datetime) -> None:
    def worth(given_: Grant | None) -> Tier:
        force = in_force(at_stripe, given_, now, now)
        return entitled(force.tier, force.status, force.period_end, now, now, source=force.source)

    assert worth(grant).rank >= worth(None).rank
    if grant.holds(now):
        assert worth(grant).rank >= grant.tier.rank
    else:
        assert worth(grant) is worth(None)


@given(paid, tiers, moments)
def test_what_was_set_by_hand_counts_alone(at_stripe: AtStripe | None, tier: Tier, now: datetime) -> None:
    force = in_force(at_stripe, Grant(tier, None, alone=True), None, now)
    assert (force.tier, force.source) == (tier, "grant")


@given(tiers, statuses, moments, moments, st.none() | moments)
def test_time_alone_never_gives_more(
    tier: Tier, status: str, now: datetime, since: datetime, end: datetime | None
) -> None:
    later = now + timedelta(days=30)
    for source in ("stripe", "grant"):
        before = entitled(tier, status, end, since, now, source=source)
        assert entitled(tier, status, end, since, later, source=source).rank <= before.rank <= tier.rank


def test_a_higher_plan_never_allows_less() -> None:
    for lower, higher in pairwise(SEEDED):
        for name in ("queue_size", "track_length_s", "tracks_per_month", "import_size", "volume_cap", "api_per_minute"):
            low, high = getattr(lower, name), getattr(higher, name)
            assert high is None or (low is not None and low <= high), name
