"""Grants and graces end once, also where two workers see it at the same time."""

from __future__ import annotations

from datetime import timedelta

import pytest
import redis
from django.db import transaction
from django.utils import timezone

from apps.billing.entitlements import GRACE
from apps.billing.models import BillingEvent, Subscription
from apps.billing.services import as_billing
from tests.apps.billing.conftest import store as store
from tests.workers.background.conftest import twice_at_once
from workers.background.billing import expire

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

GUILDS = [n << 22 for n in range(1, 11)]


def test_a_grant_ends_once(store: redis.Redis) -> None:
    over = timezone.now() - timedelta(minutes=1)
    with transaction.atomic(), as_billing():
        Subscription.objects.bulk_create(
            Subscription(guild_id=guild, tier="PREMIUM", source="grant", grant_tier="PREMIUM", grant_until=over)
            for guild in GUILDS
        )
    twice_at_once(expire)
    assert Subscription.objects.filter(tier="FREE", source="none", grant_tier=None).count() == len(GUILDS)
    assert BillingEvent.objects.filter(action="grant ended").count() == len(GUILDS)


def test_a_grace_ends_once(store: redis.Redis) -> None:
    since = timezone.now() - GRACE - timedelta(minutes=1)
    with transaction.atomic(), as_billing():
        Subscription.objects.bulk_create(
            Subscription(
                guild_id=guild, tier="PREMIUM", source="stripe", status="PAST_DUE",
                stripe_tier="PREMIUM", stripe_status="PAST_DUE", past_due_since=since,
            )
            for guild in GUILDS
        )  # fmt: skip
    twice_at_once(expire)
    assert BillingEvent.objects.filter(action="grace ended").count() == len(GUILDS)
    assert expire() == 0
