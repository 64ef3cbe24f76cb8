"""What waits of Stripe's news and who pays, as Prometheus is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from djstripe.models import WebhookEventTrigger
from prometheus_client import CollectorRegistry

from apps.billing.models import Subscription
from workers.background.billing_metrics import BillingCollector

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def told(name: str, **labels: str) -> float | None:
    """A sample, as a scrape finds it."""
    registry = CollectorRegistry()
    registry.register(BillingCollector())
    return registry.get_sample_value(name, labels)


def test_guilds_are_counted_by_plan_and_status() -> None:
    for guild_id in (1, 2):
        Subscription.objects.create(guild_id=guild_id, tier="PREMIUM", status="ACTIVE")
    assert told("billing_subscriptions", tier="PREMIUM", status="ACTIVE") == 2


def test_nothing_waits_at_first() -> None:
    assert told("billing_webhooks_waiting") == 0
    assert told("billing_webhooks_oldest_seconds") == 0


def test_the_oldest_that_waits_is_told() -> None:
    for hours, processed in ((5, True), (3, False), (1, False)):
        made = WebhookEventTrigger.objects.create(
            remote_ip="127.0.0.1", headers={}, body="{}", valid=True, processed=processed
        )
        WebhookEventTrigger.objects.filter(pk=made.pk).update(created=timezone.now() - timedelta(hours=hours))
    assert told("billing_webhooks_waiting") == 2
    assert told("billing_webhooks_oldest_seconds") == pytest.approx(3 * 3_600, abs=60)
