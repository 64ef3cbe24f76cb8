"""Billing's tasks: a webhook, the repair of lost ones, and what ends by the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from celery import Task
from django.utils import timezone
from djstripe.models import WebhookEventTrigger

from apps.billing.processing import webhook_process
from apps.billing.services import subscriptions_expire
from apps.billing.stripe_client import StripeNotConfigured
from apps.billing.sync import reconcile
from apps.billing.webhooks import TASK, enqueue
from project.celery import app
from workers.background.job import job

log = structlog.get_logger(__name__)

TRIES = 6
"""After 1, 2, 4, 8, 16 s; from then on the sweep asks once a minute."""
SWEPT_AFTER = timedelta(minutes=2)
SWEPT_UNTIL = timedelta(days=3)
"""As long as Stripe itself would try."""
AT_ONCE = 200


@app.task(name=TASK, bind=True, acks_late=True, max_retries=TRIES, time_limit=120)
def webhook(task: Task[Any, Any], argument: dict[str, Any]) -> str:
    """One stored webhook; tried again where that can help."""
    try:
        return webhook_process(trigger_id=int(argument["trigger"]))
    except Exception as error:
        if task.request.retries >= TRIES:
            log.error("A webhook is left to the sweep", trigger=argument["trigger"], reason=type(error).__name__)
            return "left"
        raise task.retry(exc=error, countdown=2**task.request.retries) from error


@job("billing.sweep", time_limit_s=60)
def sweep() -> int:
    """Queue again what was stored and not processed; how many."""
    now = timezone.now()
    waiting = WebhookEventTrigger.objects.filter(
        valid=True, processed=False, updated__lt=now - SWEPT_AFTER, created__gt=now - SWEPT_UNTIL
    )
    found = list(waiting.order_by("id").values_list("id", flat=True)[:AT_ONCE])
    for trigger_id in found:
        enqueue(trigger_id)
    return len(found)


@job("billing.reconcile", time_limit_s=1_800)
def compare() -> int:
    """Find and mend what a lost webhook left behind; how many guilds."""
    try:
        mended = reconcile()
    except StripeNotConfigured:
        return 0
    if mended:
        log.warning("Subscriptions differed from Stripe's and were mended", guilds=mended)
    return mended


@job("billing.expire", time_limit_s=300)
def expire() -> int:
    """End grants and graces that are over; how many guilds."""
    return subscriptions_expire()
