"""Reads of plans, subscriptions and usage; what a guild may do is cached under the keys that the runbook empties."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

import redis
import structlog
from django.utils import timezone

from apps.billing.announcement import client
from apps.billing.entitlements import Autoplay, Filters, PlanLimits, Tier, entitled
from apps.billing.models import Plan, PlanPrice, Subscription, Usage
from project.wire import keys

log = structlog.get_logger(__name__)

CACHE_SECONDS = 60
"""Also how long an edited plan may take to reach the API where nobody says so."""


def subscription_get(guild_id: int) -> Subscription:
    """The guild's row, or the defaults in one that is not saved."""
    return Subscription.objects.filter(guild_id=guild_id).first() or Subscription(guild_id=guild_id)


def tier_of(subscription: Subscription, now: datetime | None = None) -> Tier:
    """The tier whose limits count now."""
    return entitled(
        Tier(subscription.tier),
        subscription.status,
        subscription.period_end,
        subscription.past_due_since,
        now or timezone.now(),
        source=subscription.source,
    )


def plan_limits(tier: Tier) -> PlanLimits:
    """What a plan allows, as staff have edited it."""
    return _limits(dict(Plan.objects.filter(tier=tier).values().get()))


def plans_on_sale() -> list[tuple[PlanLimits, list[PlanPrice]]]:
    """All plans, the least first, with what they cost; none where staff agree on a price."""
    plans = Plan.objects.prefetch_related("prices").order_by("priority")
    return [
        (_limits(vars(plan)), sorted((p for p in plan.prices.all() if p.active), key=lambda p: p.amount))
        for plan in plans
    ]


def features_get(guild_id: int) -> PlanLimits:
    """What the guild may do, from Redis (`features:<id>`) or, where that is empty or away, from PostgreSQL."""
    raw = _cached(keys.features(guild_id), lambda: asdict(plan_limits(tier_of(subscription_get(guild_id)))))
    return _limits(raw)


def subscription_shown(guild_id: int) -> dict[str, Any]:
    """Tier, status, end and source as anybody in the guild may see them; cached under `subscription:<id>`."""
    return _cached(keys.subscription(guild_id), lambda: _shown(subscription_get(guild_id)))


def usage_get(guild_id: int, now: datetime | None = None) -> int:
    """Tracks that began in this calendar month."""
    found = Usage.objects.filter(guild_id=guild_id, month=month_of(now or timezone.now()))
    return found.values_list("tracks", flat=True).first() or 0


def month_of(moment: datetime) -> date:
    """The calendar month (UTC) in which a track that begins now is counted."""
    return moment.date().replace(day=1)


def _shown(subscription: Subscription) -> dict[str, Any]:
    return {
        "tier": tier_of(subscription).value,
        "plan": subscription.tier,
        "status": subscription.status,
        "period_end": subscription.period_end.isoformat() if subscription.period_end else None,
        "cancel_at_period_end": subscription.cancel_at_period_end,
        "source": subscription.source,
    }


def _cached(key: str, read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        raw = client.get(key)
    except (redis.RedisError, OSError) as error:
        log.warning("A guild's plan is read without its cache", reason=str(error))
        return read()
    if isinstance(raw, str):
        known: dict[str, Any] = json.loads(raw)
        return known
    found = read()
    try:
        client.set(key, json.dumps(found), ex=CACHE_SECONDS)
    except (redis.RedisError, OSError) as error:
        log.warning("A guild's plan could not be cached", reason=str(error))
    return found


def _limits(raw: dict[str, Any]) -> PlanLimits:
    known = {field.name: raw[field.name] for field in fields(PlanLimits)}
    known.update(tier=Tier(raw["tier"]), filters=Filters(raw["filters"]), autoplay=Autoplay(raw["autoplay"]))
    return PlanLimits(**known)
