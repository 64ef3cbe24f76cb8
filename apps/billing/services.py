"""Writes to subscriptions: each recomputes what is in force, leaves a line in the audit trail, and is announced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import structlog
from django.db import connection, transaction
from django.utils import timezone

from apps.billing.announcement import announce_subscription
from apps.billing.entitlements import GRACE, AtStripe, Grant, Tier, in_force
from apps.billing.models import BillingEvent, Subscription

log = structlog.get_logger(__name__)

AUDITED = ("tier", "status", "period_end", "cancel_at_period_end", "source", "stripe_subscription_id", "grant_tier")


def subscription_ensure(*, guild_ids: Iterable[int]) -> int:
    """A FREE row for every guild that has none; how many were made."""
    rows = [Subscription(guild_id=guild_id) for guild_id in set(guild_ids)]
    with transaction.atomic(), as_billing():
        before = Subscription.objects.filter(guild_id__in=[row.guild_id for row in rows]).count()
        Subscription.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows) - before


def subscription_grant(*, guild_id: int, tier: Tier, until: datetime | None, actor: str, reason: str) -> Subscription:
    """Give a tier until a moment (None: without end), whatever Stripe says; a higher paid tier still counts."""
    with _changing(guild_id, actor, "grant", reason) as row:
        row.grant_tier, row.grant_until, row.grant_alone = tier.value, until, False
    return row


def subscription_revoke(*, guild_id: int, actor: str, reason: str) -> Subscription:
    """Take a grant back, also one that was written by hand; what is paid counts again."""
    with _changing(guild_id, actor, "revoke", reason) as row:
        row.grant_tier, row.grant_until, row.grant_alone = None, None, False
    return row


def subscription_note_stripe(
    *,
    guild_id: int,
    subscription_id: str | None,
    customer_id: str | None,
    at_stripe: AtStripe | None,
    cancels: bool,
    actor: str,
    reason: str,
) -> Subscription:
    """Write down what Stripe's object says now (None: it has none for this guild any more)."""
    with _changing(guild_id, actor, "sync", reason) as row:
        row.stripe_subscription_id = subscription_id
        row.stripe_customer_id = customer_id
        row.stripe_tier = at_stripe.tier.value if at_stripe else None
        row.stripe_status = at_stripe.status if at_stripe else None
        row.stripe_period_end = at_stripe.period_end if at_stripe else None
        row.cancel_at_period_end = cancels
        row.synced_at = timezone.now()
    return row


def subscriptions_expire(*, now: datetime | None = None) -> int:
    """Put grants that are over aside, and say when a grace is over; how many guilds it concerned."""
    now = now or timezone.now()
    over = list(Subscription.objects.filter(grant_until__lte=now).values_list("guild_id", flat=True))
    for guild_id in over:
        with _changing(guild_id, "beat", "grant ended", "") as row:
            if row.grant_until is not None and row.grant_until <= now:
                row.grant_tier, row.grant_until, row.grant_alone = None, None, False
    return len(over) + _end_graces(now)


@contextmanager
def as_billing() -> Iterator[None]:
    """Inside a transaction: what is written to subscriptions is ours, not somebody's by hand (migration 0002)."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL segue.writer = 'billing'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL segue.writer = ''")


def audit(*, guild_id: int | None, actor: str, action: str, reason: str, **after: Any) -> None:
    """A line in the audit trail that changes nothing."""
    BillingEvent.objects.create(guild_id=guild_id, actor=actor, action=action, reason=reason, after=after)


@contextmanager
def _changing(guild_id: int, actor: str, action: str, reason: str) -> Iterator[Subscription]:
    """The guild's row, locked; on leaving it is recomputed and saved, and where it differs, noted and announced."""
    with transaction.atomic(), as_billing():
        Subscription.objects.bulk_create([Subscription(guild_id=guild_id)], ignore_conflicts=True)
        row = Subscription.objects.select_for_update().get(guild_id=guild_id)
        before = _audited(row)
        yield row
        _recompute(row, timezone.now())
        row.save()
        after = _audited(row)
        if before == after:
            return
        BillingEvent.objects.create(
            guild_id=guild_id, actor=actor, action=action, reason=reason, before=before, after=after
        )
        transaction.on_commit(lambda: announce_subscription(guild_id, row.tier))
        log.info("A subscription changed", guild=guild_id, actor=actor, action=action, tier=row.tier, status=row.status)


def _recompute(row: Subscription, now: datetime) -> None:
    at_stripe = grant = None
    if row.stripe_tier is not None:
        at_stripe = AtStripe(Tier(row.stripe_tier), row.stripe_status or "INCOMPLETE", row.stripe_period_end)
    if row.grant_tier is not None:
        grant = Grant(Tier(row.grant_tier), row.grant_until, row.grant_alone)
    if row.stripe_status == "PAST_DUE":
        row.past_due_since = row.past_due_since or now
    else:
        row.past_due_since = None
    force = in_force(at_stripe, grant, row.past_due_since, now)
    row.tier, row.status, row.period_end, row.source = force.tier.value, force.status, force.period_end, force.source


def _audited(row: Subscription) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in AUDITED}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _end_graces(now: datetime) -> int:
    """Every process notices by its clock; this tells those that wait to be told, and support, once."""
    ended = 0
    for row in Subscription.objects.filter(status="PAST_DUE", past_due_since__lte=now - GRACE):
        ended += _end_grace(row)
    return ended


@transaction.atomic
def _end_grace(row: Subscription) -> bool:
    """Whether it was told now: the locked row lets one of two workers do it."""
    guild_id, told = row.guild_id, BillingEvent.objects.filter(guild_id=row.guild_id, action="grace ended")
    Subscription.objects.select_for_update().get(guild_id=guild_id)
    if told.filter(at__gte=row.past_due_since).exists():
        return False
    audit(guild_id=guild_id, actor="beat", action="grace ended", reason="", tier=Tier.FREE.value)
    transaction.on_commit(lambda: announce_subscription(guild_id, Tier.FREE.value))
    return True
