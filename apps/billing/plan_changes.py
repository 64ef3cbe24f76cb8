"""Writes to plans and prices: noted with who and why, and told to every process once they are committed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from apps.billing.announcement import announce_plans
from apps.billing.models import BillingEvent, Plan, PlanPrice


def plan_note(*, tier: str, actor: str, reason: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """A line of the audit trail about a plan's limits; whoever saved it calls this in the same transaction."""
    if before != after:
        _note(tier, actor, "change plan", reason, before, after)


def price_add(*, price: PlanPrice, actor: str, reason: str) -> PlanPrice:
    """Sell a plan for a new amount; the one asked for the same interval ends. Who bought that keeps paying it."""
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=price.plan_id)
        former = PlanPrice.objects.filter(plan_id=price.plan_id, interval=price.interval, active=True)
        before = {f"per {price.interval}": _shown(one) for one in former}
        former.update(active=False)
        price.active = True
        price.save(force_insert=True)
        _note(price.plan_id, actor, "new price", reason, before, {f"per {price.interval}": _shown(price)})
        transaction.on_commit(announce_plans)
    return price


def price_end(*, price: PlanPrice, actor: str, reason: str) -> None:
    """Sell the plan for this amount no longer; who bought it keeps paying it."""
    with transaction.atomic():
        if PlanPrice.objects.filter(pk=price.pk, active=True).update(active=False):
            _note(price.plan_id, actor, "end price", reason, {f"per {price.interval}": _shown(price)}, {})
            transaction.on_commit(announce_plans)


def _note(tier: str, actor: str, action: str, reason: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    named = {"plan": tier, **after}
    BillingEvent.objects.create(
        guild_id=None, actor=actor, action=action, reason=reason, before=dict(before), after=named
    )


def _shown(price: PlanPrice) -> str:
    return f"{price.amount / 100:.2f} {price.currency}"
