"""Stored webhooks and events name payers and are not kept for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from djstripe.models import Event, WebhookEventTrigger

from tests.workers.background.conftest import twice_at_once
from workers.background import webhooks
from workers.background.webhooks import forget

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def stored(days: int, *, processed: bool = True) -> None:
    made = WebhookEventTrigger.objects.create(
        remote_ip="127.0.0.1", headers={}, body="{}", valid=True, processed=processed
    )
    WebhookEventTrigger.objects.filter(pk=made.pk).update(created=timezone.now() - timedelta(days=days))


def event(days: int) -> None:
    made = Event.objects.create(id=f"evt_{days}", type="invoice.paid", data={}, livemode=False)
    Event.objects.filter(pk=made.pk).update(djstripe_created=timezone.now() - timedelta(days=days))


def test_webhooks_go_after_thirty_days_and_events_after_ninety(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "AT_ONCE", 1)
    for days in (29, 31, 32):
        stored(days)
    stored(31, processed=False)
    event(89)
    event(91)
    assert forget() == "3 webhooks, 1 events"
    assert WebhookEventTrigger.objects.count() == 1
    assert Event.objects.get().id == "evt_89"


def test_two_workers_at_once_do_no_harm() -> None:
    for _ in range(20):
        stored(31)
    stored(1)
    twice_at_once(forget)
    assert WebhookEventTrigger.objects.count() == 1
