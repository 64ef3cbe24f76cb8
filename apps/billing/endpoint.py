"""The row by which webhooks are verified: dj-stripe reads the secret from there, operators give it as a setting."""

from __future__ import annotations

from uuid import UUID

from djstripe.models import WebhookEndpoint

from project import settings

ENDPOINT_ID = "we_segue"
"""Ours is no object at Stripe's: the secret is all we need of that."""
EVENTS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.subscription.trial_will_end",
    "customer.deleted",
    "invoice.paid",
    "invoice.payment_failed",
    "invoice.payment_action_required",
    "charge.refunded",
    "charge.dispute.created",
    "charge.dispute.closed",
)
"""What to choose for the endpoint at Stripe."""


def endpoint_ensure() -> WebhookEndpoint:
    """The endpoint's row, with the secret that the environment holds now."""
    wanted = {
        "secret": settings.STRIPE_WEBHOOK_SECRET,
        "djstripe_uuid": UUID(settings.STRIPE_WEBHOOK_UUID),
        "livemode": settings.STRIPE_LIVE_MODE,
    }
    fixed = {"url": f"https://segue.invalid/stripe/webhook/{settings.STRIPE_WEBHOOK_UUID}", "status": "enabled"}
    row: WebhookEndpoint | None = WebhookEndpoint.objects.filter(id=ENDPOINT_ID).first()
    if row is None or any(getattr(row, name) != value for name, value in wanted.items()):
        row, _ = WebhookEndpoint.objects.update_or_create(
            id=ENDPOINT_ID, defaults={**wanted, **fixed, "enabled_events": list(EVENTS)}
        )
    return row
