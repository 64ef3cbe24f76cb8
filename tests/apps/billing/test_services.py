"""Grants, writes by hand, expiry and reconciliation on PostgreSQL, and who hears of them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.db import connection
from django.utils import timezone

from apps.billing.entitlements import GRACE, Tier
from apps.billing.models import BillingEvent, Plan, Subscription
from apps.billing.selectors import features_get, subscription_get, subscription_shown, tier_of
from apps.billing.services import (
    subscription_ensure,
    subscription_grant,
    subscription_revoke,
    subscriptions_expire,
)
from apps.billing.sync import guild_sync, reconcile, subscription_sync
from project.wire import keys
from tests.apps.billing.conftest import GUILD, heard
from tests.apps.billing.stripe_fake import FakeStripe

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

EMERGENCY = """
UPDATE subscriptions SET tier='PREMIUM', status='ACTIVE', "currentPeriodEnd"=NOW() + INTERVAL '30 days'
WHERE "guildId"='{guild}'
"""
"""The runbook's, as printed."""


def by_hand(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(guild=GUILD))


def tier() -> Tier:
    return tier_of(subscription_get(GUILD))


def grant(days: float, tier: Tier = Tier.PREMIUM) -> None:
    until = timezone.now() + timedelta(days=days)
    subscription_grant(guild_id=GUILD, tier=tier, until=until, actor="staff:sue", reason="sorry for the outage")


def test_every_guild_has_one_free_row_however_often_it_joins(store: redis.Redis) -> None:
    assert subscription_ensure(guild_ids=[GUILD, GUILD, GUILD + 1]) == 2
    assert subscription_ensure(guild_ids=[GUILD]) == 0
    row = subscription_get(GUILD)
    assert (row.tier, row.status, row.source) == ("FREE", "ACTIVE", "none")
    assert not BillingEvent.objects.exists()


def test_a_row_needs_nothing_but_its_guild() -> None:
    by_hand('INSERT INTO subscriptions ("guildId") VALUES ({guild})')
    stored, made = subscription_get(GUILD), Subscription(guild_id=GUILD)
    names = [field.name for field in Subscription._meta.fields if field.name not in {"created_at", "updated_at"}]
    assert {name: getattr(stored, name) for name in names} == {name: getattr(made, name) for name in names}
    assert stored.created_at is not None


def test_a_grant_outlives_a_sync_and_is_noted_with_who_and_why(stripe_fake: FakeStripe, store: redis.Redis) -> None:
    grant(3)
    stripe_fake.subscription(GUILD, status="canceled")
    subscription_sync(subscription_id="sub_1", actor="stripe")
    assert (tier(), subscription_get(GUILD).source) == (Tier.PREMIUM, "grant")
    noted = BillingEvent.objects.get(action="grant")
    assert (noted.actor, noted.reason, noted.before["tier"], noted.after["tier"]) == (
        "staff:sue", "sorry for the outage", "FREE", "PREMIUM",
    )  # fmt: skip


def test_a_higher_plan_that_is_paid_counts_beside_a_grant(stripe_fake: FakeStripe, store: redis.Redis) -> None:
    grant(3, Tier.BASIC)
    stripe_fake.subscription(GUILD, tier="PREMIUM")
    subscription_sync(subscription_id="sub_1", actor="stripe")
    assert tier() is Tier.PREMIUM


def test_a_revoked_grant_leaves_what_is_paid(stripe_fake: FakeStripe, store: redis.Redis) -> None:
    stripe_fake.subscription(GUILD, tier="BASIC")
    subscription_sync(subscription_id="sub_1", actor="stripe")
    grant(3)
    subscription_revoke(guild_id=GUILD, actor="staff:sue", reason="enough")
    assert (tier(), subscription_get(GUILD).source) == (Tier.BASIC, "stripe")


def test_what_is_written_by_hand_outlives_a_sync_and_is_noted(stripe_fake: FakeStripe, store: redis.Redis) -> None:
    subscription_ensure(guild_ids=[GUILD])
    written = subscription_get(GUILD).updated_at
    by_hand(EMERGENCY)
    assert subscription_get(GUILD).updated_at > written
    stripe_fake.subscription(GUILD, status="canceled")
    subscription_sync(subscription_id="sub_1", actor="stripe")
    assert tier() is Tier.PREMIUM
    noted = BillingEvent.objects.get(action="manual")
    assert noted.actor.startswith("sql:")
    assert (noted.before["tier"], noted.after["tier"]) == ("FREE", "PREMIUM")


def test_a_guild_set_back_by_hand_stays_so(stripe_fake: FakeStripe, store: redis.Redis) -> None:
    stripe_fake.subscription(GUILD)
    subscription_sync(subscription_id="sub_1", actor="stripe")
    by_hand("UPDATE subscriptions SET tier='FREE' WHERE \"guildId\"='{guild}'")
    guild_sync(guild_id=GUILD, actor="stripe")
    assert tier() is Tier.FREE


def test_what_was_given_by_hand_ends(store: redis.Redis) -> None:
    subscription_ensure(guild_ids=[GUILD])
    by_hand(EMERGENCY)
    assert subscriptions_expire() == 0
    assert subscriptions_expire(now=timezone.now() + timedelta(days=31)) == 1
    assert (tier(), subscription_get(GUILD).source) == (Tier.FREE, "none")


def test_the_end_of_a_grace_is_told_once(stripe_fake: FakeStripe, store: redis.Redis) -> None:
    stripe_fake.subscription(GUILD, status="past_due")
    subscription_sync(subscription_id="sub_1", actor="stripe")
    later = timezone.now() + GRACE + timedelta(minutes=1)
    assert [subscriptions_expire(now=later) for _ in range(2)] == [1, 0]
    assert tier_of(subscription_get(GUILD), later) is Tier.FREE


def test_a_grace_is_not_prolonged_by_repeated_news(stripe_fake: FakeStripe, store: redis.Redis) -> None:
    stripe_fake.subscription(GUILD, status="past_due")
    subscription_sync(subscription_id="sub_1", actor="stripe")
    since = subscription_get(GUILD).past_due_since
    subscription_sync(subscription_id="sub_1", actor="stripe")
    assert subscription_get(GUILD).past_due_since == since
    stripe_fake.change("sub_1", status="active")
    subscription_sync(subscription_id="sub_1", actor="stripe")
    assert subscription_get(GUILD).past_due_since is None


def test_paused_collection_pauses_the_plan(stripe_fake: FakeStripe, store: redis.Redis) -> None:
    stripe_fake.subscription(GUILD, pause_collection={"behavior": "void", "resumes_at": None})
    subscription_sync(subscription_id="sub_1", actor="stripe")
    assert (subscription_get(GUILD).status, tier()) == ("PAUSED", Tier.FREE)


def test_of_two_who_pay_for_a_guild_the_better_counts_until_it_ends(
    stripe_fake: FakeStripe, store: redis.Redis
) -> None:
    stripe_fake.subscription(GUILD, "sub_old", tier="BASIC")
    subscription_sync(subscription_id="sub_old", actor="stripe")
    stripe_fake.subscription(GUILD, "sub_new", tier="PREMIUM")
    subscription_sync(subscription_id="sub_new", actor="stripe")
    subscription_sync(subscription_id="sub_old", actor="stripe")
    assert (tier(), subscription_get(GUILD).stripe_subscription_id) == (Tier.PREMIUM, "sub_new")
    stripe_fake.change("sub_new", status="canceled")
    subscription_sync(subscription_id="sub_new", actor="stripe")
    assert tier() is Tier.FREE
    assert reconcile() == 1
    assert (tier(), subscription_get(GUILD).stripe_subscription_id) == (Tier.BASIC, "sub_old")


def test_reconciliation_finds_a_lost_checkout_and_a_lost_end(stripe_fake: FakeStripe, store: redis.Redis) -> None:
    stripe_fake.subscription(GUILD)
    assert (reconcile(), tier()) == (1, Tier.PREMIUM)
    assert reconcile() == 0
    stripe_fake.change("sub_1", status="canceled")
    assert (reconcile(), tier()) == (1, Tier.FREE)
    assert reconcile() == 0


def test_every_process_hears_of_a_change_and_no_cache_is_left(store: redis.Redis) -> None:
    assert features_get(GUILD).queue_size == 50
    assert subscription_shown(GUILD)["tier"] == "FREE"
    with store.pubsub(ignore_subscribe_messages=True) as listener:  # type: ignore[no-untyped-call] # redis-py's
        listener.subscribe(keys.EVENTS_CHANNEL)
        listener.get_message(timeout=1)
        grant(3)
        events: list[dict[str, Any]] = heard(listener)
    assert events == [{"type": "subscriptionChanged", "guildId": str(GUILD), "tier": "PREMIUM"}]
    assert (features_get(GUILD).queue_size, subscription_shown(GUILD)["tier"]) == (1_000, "PREMIUM")


def test_the_runbooks_caches_are_the_real_ones(store: redis.Redis) -> None:
    subscription_ensure(guild_ids=[GUILD])
    features_get(GUILD), subscription_shown(GUILD)
    by_hand(EMERGENCY)
    assert store.delete(f"features:{GUILD}", f"subscription:{GUILD}") == 2
    assert (features_get(GUILD).queue_size, subscription_shown(GUILD)["plan"]) == (1_000, "PREMIUM")
    assert json.loads(store.get(f"features:{GUILD}") or "")["tier"] == "PREMIUM"


def test_an_edited_plan_counts_at_once(store: redis.Redis) -> None:
    assert features_get(GUILD).queue_size == 50
    plan = Plan.objects.get(tier="FREE")
    plan.queue_size = 7
    with store.pubsub(ignore_subscribe_messages=True) as listener:  # type: ignore[no-untyped-call] # redis-py's
        listener.subscribe(keys.EVENTS_CHANNEL)
        listener.get_message(timeout=1)
        plan.save()
        events = heard(listener)
    assert events == [{"type": "plansChanged", "guildId": None}]
    assert features_get(GUILD).queue_size == 7
