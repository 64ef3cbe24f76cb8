"""Forgets webhooks, and dj-stripe's copies of their events, that nobody will deliver again: they name payers."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db.models import Model
from django.utils import timezone
from djstripe.models import Event, WebhookEventTrigger

from workers.background.job import job

log = structlog.get_logger(__name__)

WEBHOOKS_KEPT = timedelta(days=30)
"""Stripe itself delivers for three days, and its dashboard lets people send one again for fifteen."""
EVENTS_KEPT = timedelta(days=90)
"""By these a webhook is known that comes again; one that comes later still reads the present state, see processing."""
AT_ONCE = 1_000


@job("billing.forget", time_limit_s=600)
def forget() -> str:
    """How many of each."""
    now = timezone.now()
    left = WebhookEventTrigger.objects.filter(processed=False, created__lt=now - WEBHOOKS_KEPT)
    if never := left.count():
        log.error("Webhooks were never processed and are forgotten", webhooks=never)
    webhooks = _forget(WebhookEventTrigger, created__lt=now - WEBHOOKS_KEPT)
    events = _forget(Event, djstripe_created__lt=now - EVENTS_KEPT)
    return f"{webhooks} webhooks, {events} events"


def _forget(model: type[Model], **old: object) -> int:
    """In short statements; rows that go elsewhere meanwhile count there."""
    total = 0
    while ids := list(model._default_manager.filter(**old).values_list("pk", flat=True)[:AT_ONCE]):
        gone, _ = model._default_manager.filter(pk__in=ids).delete()
        total += gone
    return total
