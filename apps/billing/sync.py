"""Reads a guild's subscription at Stripe and writes its present state down: the order of news does not matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import stripe
import structlog
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from apps.billing.entitlements import AtStripe, Tier, entitled, needs_lookup
from apps.billing.models import PlanPrice, Subscription
from apps.billing.services import audit, subscription_note_stripe
from apps.billing.stripe_client import StripeFailed, StripeMissing, asking, client

log = structlog.get_logger(__name__)

SNOWFLAKES = range(1, 2**63)
OVER = frozenset({"CANCELED", "INCOMPLETE_EXPIRED"})
"""Statuses that a subscription never leaves."""
LOCK_CLASS = 0x5E60
"""First key of our advisory locks; the second is the guild's."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A subscription as Stripe shows it now."""

    id: str
    customer_id: str
    guild_id: int | None
    at_stripe: AtStripe
    cancels: bool


def subscription_sync(*, subscription_id: str, actor: str, reason: str = "") -> int | None:
    """Bring the guild of a subscription up to date; its id, or None where it names none. Raises StripeFailed."""
    row = Subscription.objects.filter(stripe_subscription_id=subscription_id).first()
    guild_id = row.guild_id if row else None
    if guild_id is None:
        seen = _look(subscription_id)
        guild_id = seen.guild_id if seen else None
    if guild_id is None:
        log.error("A subscription at Stripe names no guild", subscription=subscription_id)
        audit(guild_id=None, actor=actor, action="no guild", reason=reason, subscription=subscription_id)
        return None
    guild_sync(guild_id=guild_id, actor=actor, reason=reason, also=(subscription_id,))
    return guild_id


def customer_sync(*, customer_id: str, actor: str, reason: str = "") -> None:
    """Bring all guilds that a customer pays for up to date, also when the customer was deleted."""
    known = Subscription.objects.filter(stripe_customer_id=customer_id).values_list("stripe_subscription_id", flat=True)
    ids = {subscription_id for subscription_id in known if subscription_id}
    try:
        with asking():
            found = client().v1.subscriptions.list({"customer": customer_id, "status": "all", "limit": 100})
            ids.update(one.id for one in found.auto_paging_iter())
    except StripeMissing:
        log.info("A customer is gone at Stripe", customer=customer_id)
    for subscription_id in sorted(ids):
        subscription_sync(subscription_id=subscription_id, actor=actor, reason=reason)


def guild_sync(*, guild_id: int, actor: str, reason: str = "", also: Iterable[str] = ()) -> None:
    """Of the guild's subscriptions (a second member may pay, an old one may be over) the best counts."""
    with _alone(guild_id):
        row = Subscription.objects.filter(guild_id=guild_id).first()
        ids = {*also, *([row.stripe_subscription_id] if row and row.stripe_subscription_id else [])}
        seen = [one for one in map(_look, sorted(ids)) if one is not None]
        best = max(seen, key=_worth, default=None)
        subscription_note_stripe(
            guild_id=guild_id,
            subscription_id=best.id if best else None,
            customer_id=best.customer_id if best else None,
            at_stripe=best.at_stripe if best else None,
            cancels=best.cancels if best else False,
            actor=actor,
            reason=reason,
        )


def reconcile(*, actor: str = "beat") -> int:
    """Compare with all that Stripe has and mend what differs (a webhook was lost); how many guilds were mended.

    One that cannot be read holds up no other. Raises StripeFailed in the end, or where Stripe lists nothing.
    """
    now = timezone.now()
    known = {row.stripe_subscription_id: row for row in Subscription.objects.exclude(stripe_subscription_id=None)}
    listed: set[str] = set()
    mended = _Mended()
    with asking():
        for found in client().v1.subscriptions.list({"limit": 100}).auto_paging_iter():
            seen = _seen(found)
            listed.add(seen.id)
            if _differs(known.get(seen.id), seen, now):
                mended.attempt(partial(subscription_sync, subscription_id=seen.id, actor=actor, reason="reconciled"))
    unlisted = Q(stripe_status__in=OVER) | Q(stripe_subscription_id__in=listed) | Q(stripe_subscription_id=None)
    for row in Subscription.objects.exclude(unlisted):
        mended.attempt(partial(_guild_mended, row.guild_id, actor))
    if mended.failure is not None:
        raise mended.failure
    return mended.guilds


class _Mended:
    """What a reconciliation has done so far, and the last thing that went wrong."""

    def __init__(self) -> None:
        self.guilds = 0
        self.failure: StripeFailed | None = None

    def attempt(self, mend: Callable[[], int | None]) -> None:
        try:
            self.guilds += mend() is not None
        except StripeFailed as error:
            log.warning("A subscription could not be compared", reason=str(error))
            self.failure = error


def _guild_mended(guild_id: int, actor: str) -> int:
    guild_sync(guild_id=guild_id, actor=actor, reason="reconciled")
    return guild_id


def _differs(row: Subscription | None, seen: Seen, now: datetime) -> bool:
    if row is None:
        # Another one may count for its guild: then there is nothing to mend until that one ends.
        other = Subscription.objects.filter(guild_id=seen.guild_id).first() if seen.guild_id else None
        free = other is None or other.stripe_status in {None, *OVER} or _worth(seen)[0] > Tier(other.tier).rank
        return seen.guild_id is not None and free
    noted = AtStripe(Tier(row.stripe_tier or "FREE"), row.stripe_status or "", row.stripe_period_end)
    stale = needs_lookup(noted.status, noted.period_end, now)
    return noted != seen.at_stripe or row.cancel_at_period_end != seen.cancels or stale


def _look(subscription_id: str) -> Seen | None:
    """What Stripe says now; None if it is gone."""
    try:
        with asking():
            return _seen(client().v1.subscriptions.retrieve(subscription_id))
    except StripeMissing:
        return None


def _seen(found: stripe.Subscription) -> Seen:
    shown: dict[str, Any] = found.to_dict()
    item = shown["items"]["data"][0]
    end = item.get("current_period_end")
    paused = shown.get("pause_collection") is not None and shown["status"] in {"active", "trialing"}
    metadata = shown.get("metadata") or {}
    customer = shown["customer"]
    at_stripe = AtStripe(
        tier=_tier(item["price"], metadata),
        status="PAUSED" if paused else shown["status"].upper(),
        period_end=datetime.fromtimestamp(end, UTC) if end else None,
    )
    return Seen(
        id=shown["id"],
        customer_id=customer if isinstance(customer, str) else customer["id"],
        guild_id=guild_of(metadata.get("guild_id")),
        at_stripe=at_stripe,
        cancels=bool(shown.get("cancel_at_period_end") or shown.get("cancel_at")),
    )


def guild_of(text: Any) -> int | None:
    """A guild id as we wrote it into metadata; None for anything else."""
    return int(text) if isinstance(text, str) and text.isdecimal() and int(text) in SNOWFLAKES else None


def _tier(price: Any, metadata: dict[str, str]) -> Tier:
    """By the price, as a change of plan in the Portal changes nothing else; then as the price itself says."""
    row = PlanPrice.objects.filter(stripe_price_id=price["id"]).first()
    named = row.plan_id if row else (price.get("metadata") or {}).get("tier") or metadata.get("tier", "")
    if named not in list(Tier):
        log.error("A price at Stripe belongs to no plan", price=price["id"])
        return Tier.FREE
    return Tier(named)


def _worth(seen: Seen) -> tuple[int, float]:
    state = seen.at_stripe
    tier = entitled(state.tier, state.status, state.period_end, None, timezone.now())
    return tier.rank, state.period_end.timestamp() if state.period_end else 0.0


@contextmanager
def _alone(guild_id: int) -> Iterator[None]:
    """One process at a time reads Stripe and writes it down for a guild, so that no older answer comes last."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [LOCK_CLASS, str(guild_id)])
    try:
        yield
    finally:
        if not transaction.get_connection().needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK_CLASS, str(guild_id)])
