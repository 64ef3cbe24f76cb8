"""What a lost webhook left behind is found among all of Stripe's subscriptions, however many, by whoever looks."""

from __future__ import annotations

import pytest
import redis

from apps.billing.models import BillingEvent, Subscription
from apps.billing.services import subscription_ensure
from apps.billing.stripe_client import StripeFailed
from apps.billing.sync import reconcile
from tests.apps.billing.conftest import store as store
from tests.apps.billing.conftest import stripe_fake as stripe_fake
from tests.apps.billing.stripe_fake import FakeStripe
from tests.workers.background.conftest import twice_at_once
from workers.background.billing import compare, expire, sweep

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

MANY = 105
"""More than one of Stripe's pages."""


def sold(fake: FakeStripe, count: int) -> list[int]:
    guilds = [n << 22 for n in range(1, count + 1)]
    for guild_id in guilds:
        fake.subscription(guild_id, f"sub_{guild_id}")
    subscription_ensure(guild_ids=guilds)
    return guilds


def paid() -> int:
    return Subscription.objects.filter(tier="PREMIUM", status="ACTIVE").count()


def test_all_of_stripes_pages_are_read(stripe_fake: FakeStripe, store: redis.Redis) -> None:
    sold(stripe_fake, MANY)
    assert compare() == MANY
    assert paid() == MANY
    assert len([path for _, path in stripe_fake.asked if path == "/v1/subscriptions"]) == 2
    assert compare() == 0


def test_one_that_cannot_be_read_holds_up_no_other(stripe_fake: FakeStripe, store: redis.Redis) -> None:
    guilds = sold(stripe_fake, 3)
    stripe_fake.broken.add(f"/v1/subscriptions/sub_{guilds[1]}")
    with pytest.raises(StripeFailed):
        reconcile()
    assert paid() == 2
    stripe_fake.broken.clear()
    assert reconcile() == 1


def test_two_workers_at_once_write_each_change_once(stripe_fake: FakeStripe, store: redis.Redis) -> None:
    sold(stripe_fake, 5)
    twice_at_once(compare)
    assert paid() == 5
    assert BillingEvent.objects.filter(action="sync").count() == 5


def test_without_a_key_there_is_nothing_to_compare() -> None:
    assert compare() == 0


@pytest.mark.parametrize("body", [sweep, expire])
def test_the_minutely_jobs_do_no_harm_twice_at_once(body: object, stripe_fake: FakeStripe, store: redis.Redis) -> None:
    assert callable(body)
    assert twice_at_once(body) == [0, 0]
