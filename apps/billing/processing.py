"""What a worker does with a stored webhook: the guild first, by Stripe's present state, then dj-stripe's mirror."""

from __future__ import annotations

import time
from typing import Any

import structlog
from djstripe.models import Event, WebhookEventTrigger

from apps.billing.models import BillingEvent, PayerCustomer, Subscription
from apps.billing.payer import mirror_forget
from apps.billing.services import audit
from apps.billing.stripe_client import asking, client
from apps.billing.sync import customer_sync, subscription_sync
from apps.billing.webhook_counts import count_webhook
from project import settings

log = structlog.get_logger(__name__)


def webhook_process(*, trigger_id: int) -> str:
    """Process one; what is done is not done again. Raises StripeFailed, or whatever dj-stripe does: try again."""
    began = time.perf_counter()
    trigger = WebhookEventTrigger.objects.filter(pk=trigger_id).first()
    if trigger is None or trigger.processed:
        return "done before"
    event: dict[str, Any] = trigger.json_body
    try:
        if Event.objects.filter(id=event["id"]).exists():
            _settle(trigger, event)
            _forget_deleted(event)
            count_webhook("processed", "known", began, event)
            return "known"
        _apply(event)
        with asking():
            trigger.process(save=False, api_key=settings.STRIPE_SECRET_KEY)
    except Exception as error:
        count_webhook("processed", "failed", began)
        WebhookEventTrigger.objects.filter(pk=trigger_id).update(exception=type(error).__name__[:128])
        raise
    _settle(trigger, event)
    _forget_deleted(event)
    count_webhook("processed", "done", began, event)
    took_ms = round((time.perf_counter() - began) * 1000, 1)
    log.info("webhook processing time", ms=took_ms, stage="processed", stripe_event=event["id"], type=event["type"])
    return str(event["type"])


def _settle(trigger: WebhookEventTrigger, event: dict[str, Any]) -> None:
    WebhookEventTrigger.objects.filter(pk=trigger.pk).update(
        processed=True, exception="", event=Event.objects.filter(id=event["id"]).first()
    )


def _forget_deleted(event: dict[str, Any]) -> None:
    """Last of all: this very event, and its mirror, tell who the customer was."""
    if event["type"] == "customer.deleted":
        mirror_forget(customer_id=event["data"]["object"]["id"])


def _apply(event: dict[str, Any]) -> None:
    """Bring the guilds up to date that the event is about; the event itself says nothing but which."""
    kind, about = str(event["type"]), event["data"]["object"]
    reason = f"{kind} {event['id']}"
    if kind.startswith("customer.subscription."):
        subscription_sync(subscription_id=about["id"], actor="stripe", reason=reason)
    elif kind.startswith("checkout.session."):
        _sync_if_named(about.get("subscription"), reason)
    elif kind.startswith("invoice."):
        details = (about.get("parent") or {}).get("subscription_details") or {}
        _sync_if_named(details.get("subscription") or about.get("subscription"), reason)
    elif kind == "customer.deleted":
        customer_sync(customer_id=about["id"], actor="stripe", reason=reason)
        PayerCustomer.objects.filter(stripe_customer_id=about["id"]).delete()
    elif kind.startswith("charge."):
        _note_money(kind, about, reason)


def _sync_if_named(subscription_id: Any, reason: str) -> None:
    if isinstance(subscription_id, dict):
        subscription_id = subscription_id.get("id")
    if isinstance(subscription_id, str):
        subscription_sync(subscription_id=subscription_id, actor="stripe", reason=reason)


def _note_money(kind: str, about: dict[str, Any], reason: str) -> None:
    """A refund or dispute by itself ends nothing at Stripe, so neither here; support must see it."""
    charge_id = about.get("charge") if about.get("object") == "dispute" else about["id"]
    with asking():
        charge = client().v1.charges.retrieve(str(charge_id)).to_dict()
    customer = charge.get("customer")
    customer_id = customer if isinstance(customer, str) else (customer or {}).get("id")
    if customer_id is None:
        return
    guilds = list(Subscription.objects.filter(stripe_customer_id=customer_id).values_list("guild_id", flat=True))
    for guild_id in guilds:
        if not BillingEvent.objects.filter(guild_id=guild_id, reason=reason, action=kind).exists():
            audit(guild_id=guild_id, actor="stripe", action=kind, reason=reason, charge=charge_id)
    customer_sync(customer_id=customer_id, actor="stripe", reason=reason)
