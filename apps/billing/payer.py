"""Who pays, as a member whose data is asked for: what we hold of them, and how it goes, here and at Stripe."""

from __future__ import annotations

from typing import Any

import structlog
from django.apps import apps
from django.db import transaction
from django.db.models import Model, QuerySet, TextField
from django.db.models.functions import Cast
from djstripe.models import BankAccount, Card, Customer, Event, WebhookEventTrigger

from apps.billing.models import BillingEvent, PayerCustomer, Subscription
from apps.billing.stripe_client import StripeMissing, StripeNotConfigured, asking, client
from apps.billing.sync import OVER

log = structlog.get_logger(__name__)

NOBODY = "member:0"
"""Stands in the audit trail for a payer who was forgotten."""


def payer_actor(user_id: int) -> str:
    """How the audit trail names a member."""
    return f"member:{user_id}"


def payer_guilds(*, user_id: int) -> list[int]:
    """Guilds whose plan the member pays, as far as we know: what they would lose."""
    customer_id = _customer_of(user_id)
    if customer_id is None:
        return []
    paid = Subscription.objects.filter(stripe_customer_id=customer_id).exclude(stripe_status=None)
    return list(paid.exclude(stripe_status__in=OVER).values_list("guild_id", flat=True))


def payer_export(*, user_id: int) -> dict[str, Any]:
    """What is held of a payer: Stripe's ids, whose plans they pay, and what they did about them."""
    customer_id = _customer_of(user_id)
    paid = Subscription.objects.filter(stripe_customer_id=customer_id) if customer_id else Subscription.objects.none()
    return {
        "stripe_customer_id": customer_id,
        "subscriptions": [
            {
                "guild_id": str(row.guild_id),
                "stripe_subscription_id": row.stripe_subscription_id,
                "tier": row.stripe_tier,
                "status": row.stripe_status,
                "period_end": row.stripe_period_end.isoformat() if row.stripe_period_end else None,
            }
            for row in paid.order_by("guild_id")
        ],
        "actions": [
            {
                "guild_id": None if one.guild_id is None else str(one.guild_id),
                "at": one.at.isoformat(),
                "action": one.action,
                "after": one.after,
            }
            for one in BillingEvent.objects.filter(actor=payer_actor(user_id)).order_by("id")
        ],
        "mirrored_from_stripe": [row.stripe_data for row in Customer.objects.filter(id=customer_id or "")],
    }


def payer_forget(*, user_id: int) -> bool:
    """Delete the payer at Stripe and here; False: they bought a plan that still runs, so they stay.

    The audit trail keeps Stripe's ids, which accounting needs and which name nobody once the customer is gone there.
    Stripe itself keeps invoices for as long as its law wants. Raises StripeFailed: try again. Twice is harmless.
    """
    customer_id = _customer_of(user_id)
    if customer_id is not None:
        if not _delete_at_stripe(customer_id):
            return False
        mirror_forget(customer_id=customer_id)
        PayerCustomer.objects.filter(user_id=user_id).delete()
    BillingEvent.objects.filter(actor=payer_actor(user_id)).update(actor=NOBODY)
    _events_naming(str(user_id)).delete()
    _bodies_naming(str(user_id)).delete()
    return True


def mirror_forget(*, customer_id: str) -> None:
    """Remove what dj-stripe has copied of a customer: names, addresses, cards. Stripe's own books are not touched."""
    with transaction.atomic():
        for model in apps.get_app_config("djstripe").get_models():
            for field in model._meta.concrete_fields:
                if field.related_model is Customer:
                    _rows(model).filter(**{f"{field.name}__id": customer_id}).delete()
        for wallet in (Card, BankAccount):
            wallet.objects.filter(stripe_data__customer=customer_id).delete()
        Customer.objects.filter(id=customer_id).delete()
        _events_naming(customer_id).delete()
        _bodies_naming(customer_id).delete()


def _customer_of(user_id: int) -> str | None:
    return PayerCustomer.objects.filter(user_id=user_id).values_list("stripe_customer_id", flat=True).first()


def _delete_at_stripe(customer_id: str) -> bool:
    """Whether the customer is gone there. Asked of Stripe itself: what we noted may be a minute old."""
    try:
        with asking():
            stripes = client().v1
            for one in stripes.subscriptions.list({"customer": customer_id, "status": "all"}).auto_paging_iter():
                if one.status.upper() not in OVER:
                    return False
            stripes.customers.delete(customer_id)
    except StripeMissing:
        log.info("A payer is gone at Stripe already", customer=customer_id)
    except StripeNotConfigured:
        log.warning("Nothing is sold here any more, so a payer is forgotten here alone", customer=customer_id)
    return True


def _rows(model: type[Model]) -> QuerySet[Model]:
    return model._default_manager.all()


def _events_naming(identity: str) -> QuerySet[Any]:
    words = Event.objects.annotate(words=Cast("data", TextField()))
    named: QuerySet[Any] = words.filter(words__regex=rf"\m{identity}\M")
    return named


def _bodies_naming(identity: str) -> QuerySet[Any]:
    """Those that were processed; what still waits is removed once it is."""
    found: QuerySet[Any] = WebhookEventTrigger.objects.filter(processed=True, body__regex=rf"\m{identity}\M")
    return found
