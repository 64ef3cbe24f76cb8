"""Ends a paid subscription at Stripe, now or with its period, when support was asked to."""

from __future__ import annotations

from apps.billing.models import Subscription
from apps.billing.stripe_client import StripeFailed, asking, client
from apps.billing.sync import OVER, guild_sync


class NothingToCancel(Exception):
    """The guild has no subscription at Stripe that could end."""


def paid_get(*, guild_id: int) -> Subscription:
    """The guild's row with a subscription at Stripe; raises NothingToCancel."""
    row = Subscription.objects.filter(guild_id=guild_id).first()
    if row is None or row.stripe_subscription_id is None or row.stripe_status in {None, *OVER}:
        raise NothingToCancel
    return row


def subscription_cancel(*, guild_id: int, now: bool, command_id: str, actor: str, reason: str) -> bool:
    """End it; whether our row follows already, else it does when Stripe's news arrives.

    `command_id` makes Stripe do it once, however often it is asked. Raises NothingToCancel, StripeFailed (then nothing
    was changed).
    """
    row = paid_get(guild_id=guild_id)
    subscription_id = str(row.stripe_subscription_id)
    subscriptions = client(member_waits=True).v1.subscriptions
    with asking():
        if now:
            subscriptions.cancel(subscription_id, {}, {"idempotency_key": f"segue-cancel-{command_id}"})
        else:
            subscriptions.update(
                subscription_id,
                {"cancel_at_period_end": True},
                {"idempotency_key": f"segue-cancel-{command_id}"},
            )
    try:
        guild_sync(guild_id=guild_id, actor=actor, reason=reason)
    except StripeFailed:
        return False
    return True
