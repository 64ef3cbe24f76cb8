"""What billing keeps of a guild that removed the bot: what accounting needs, and what was granted."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.billing.models import Subscription, Usage
from apps.billing.sync import OVER


def guilds_paying() -> QuerySet[Subscription, int]:
    """Ids of guilds with a subscription at Stripe that is not over, also one whose payment failed."""
    paid = Subscription.objects.exclude(stripe_status=None).exclude(stripe_status__in=OVER)
    return paid.values_list("guild_id", flat=True)


def guild_pays(*, guild_id: int) -> bool:
    """The same of one guild, whose row nobody changes before the transaction ends."""
    row = Subscription.objects.select_for_update().filter(guild_id=guild_id).first()
    return row is not None and row.stripe_status is not None and row.stripe_status not in OVER


def guild_billing_forget(*, guild_id: int) -> None:
    """Forget usage, and the row of a guild that never paid and was granted nothing; `billing_events` stay."""
    Usage.objects.filter(guild_id=guild_id).delete()
    Subscription.objects.filter(
        guild_id=guild_id, stripe_customer_id=None, stripe_subscription_id=None, grant_tier=None
    ).delete()
