"""What guilds are to be told just now about their plan: told once each, and not any more when it is no longer so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeAlias

import structlog
from django.db import InterfaceError, OperationalError
from django.db.models import Min, QuerySet

from apps.billing.entitlements import GRACE, Tier
from apps.billing.models import Plan, Subscription, Usage
from apps.billing.selectors import month_of, tier_of
from apps.jobs.models import Notice

log = structlog.get_logger(__name__)

PAYMENT_DAYS = (0, 3, 6)
"""How many days after a payment failed its guild is told."""
GRANT_WARNING = timedelta(days=3)
ENDED_LATELY = timedelta(days=3)
"""Later it is news for nobody."""
USED_PERCENT = (80, 100)
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Due:
    """One notice; see Notice. `values` hold what a sentence names: plans by name, moments in Unix seconds."""

    guild_id: int
    kind: str
    period: str
    values: dict[str, str | int] = field(compare=False)

    @property
    def identity(self) -> tuple[int, str, str]:
        """By which it is known that it was told."""
        return self.guild_id, self.kind, self.period


@dataclass
class DueNow:
    """All that is so now, told or not, as far as it could be found out."""

    dues: list[Due] = field(default_factory=list)
    failed: list[tuple[str, ...]] = field(default_factory=list)
    """Families of kinds (what stands before the dot) of which nobody knows all."""

    @cached_property
    def identities(self) -> frozenset[tuple[int, str, str]]:
        """Of all dues; asked for when all were found."""
        return frozenset(due.identity for due in self.dues)

    def judges(self, kind: str) -> bool:
        """Whether one of this kind that is not among the dues is no longer so."""
        return all(kind.partition(".")[0] not in families for families in self.failed)


def notices_due(now: datetime) -> DueNow:
    """A part that fails is logged, and takes no other along; raises OperationalError and InterfaceError."""
    names = dict(Plan.objects.values_list("tier", "name"))
    found = DueNow()
    for families, part in PARTS:
        try:
            found.dues.extend(part(now, names))
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("What guilds are to be told cannot be found out", kinds=families)
            found.failed.append(families)
    return found


def notices_note(dues: list[Due]) -> None:
    """Write down what is to be told; what was noted before stays as it is."""
    told = set(Notice.objects.filter(guild_id__in={due.guild_id for due in dues}).values_list(*IDENTITY))
    rows = [
        Notice(guild_id=due.guild_id, kind=due.kind, period=due.period, values=due.values)
        for due in dues
        if due.identity not in told
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_ONCE)


IDENTITY = ("guild_id", "kind", "period")
"""The fields of Due.identity."""


def _payments(now: datetime, names: dict[str, str]) -> Iterator[Due]:
    """Of the days that have passed only the last: a job that comes late does not tell three things at once."""
    paid = Subscription.objects.filter(source="stripe", status="PAST_DUE", past_due_since__gt=now - 2 * GRACE)
    for row, since in _dated(paid, "past_due_since"):
        period, until = since.date().isoformat(), since + GRACE
        values: dict[str, str | int] = {"plan": names.get(row.tier, row.tier), "until": int(until.timestamp())}
        if now < until:
            day = max(day for day in PAYMENT_DAYS if now >= since + timedelta(days=day))
            yield Due(row.guild_id, f"payment_failed.{day}", period, values)
        elif now < until + ENDED_LATELY:
            yield Due(row.guild_id, "grace_ended", period, {**values, "free": names[Tier.FREE]})


def _grants(now: datetime, names: dict[str, str]) -> Iterator[Due]:
    ending = Subscription.objects.filter(source="grant", grant_until__gt=now, grant_until__lte=now + GRANT_WARNING)
    for row, until in _dated(ending.exclude(tier=Tier.FREE), "grant_until"):
        values: dict[str, str | int] = {"plan": names.get(row.tier, row.tier), "until": int(until.timestamp())}
        yield Due(row.guild_id, "grant_ends", until.isoformat(timespec="minutes"), values)


def _cancelled(now: datetime, names: dict[str, str]) -> Iterator[Due]:
    """That a plan will end, and that it has. One that was mended in time and cancelled again is told again."""
    of_stripe = Subscription.objects.filter(source="stripe").exclude(stripe_subscription_id=None)
    ending = of_stripe.filter(cancel_at_period_end=True, status__in=("ACTIVE", "TRIALING"), period_end__gt=now)
    for row, until in _dated(ending, "period_end"):
        values: dict[str, str | int] = {"plan": names.get(row.tier, row.tier), "until": int(until.timestamp())}
        yield Due(row.guild_id, "plan_cancelled", f"{row.stripe_subscription_id} {until:%Y-%m-%d}", values)
    for row in of_stripe.filter(status__in=("CANCELED", "UNPAID"), synced_at__gt=now - ENDED_LATELY):
        values = {"plan": names.get(row.tier, row.tier), "free": names[Tier.FREE]}
        yield Due(row.guild_id, "plan_ended", str(row.stripe_subscription_id), values)


def _dated(rows: QuerySet[Subscription], column: str) -> Iterator[tuple[Subscription, datetime]]:
    """Each with a moment that the query has asked for, so that it is there."""
    return ((row, getattr(row, column)) for row in rows)


def _used(now: datetime, _: dict[str, str]) -> Iterator[Due]:
    """Guilds that have used most of the month's tracks, or all; a plan that was changed since counts anew."""
    plans = {plan.tier: plan for plan in Plan.objects.all()}
    least = Plan.objects.aggregate(least=Min("tracks_per_month"))["least"]
    if least is None:
        return
    month = month_of(now)
    many = list(Usage.objects.filter(month=month, tracks__gte=least * USED_PERCENT[0] // 100))
    for start in range(0, len(many), AT_ONCE):
        part = many[start : start + AT_ONCE]
        rows = Subscription.objects.in_bulk([used.guild_id for used in part])
        for used in part:
            plan = plans[tier_of(rows.get(used.guild_id) or Subscription(guild_id=used.guild_id), now)]
            yield from _used_by(used, plan, month_end=_next_month(now))


def _used_by(used: Usage, plan: Plan, month_end: datetime) -> Iterator[Due]:
    allowed = plan.tracks_per_month
    if allowed is None:
        return
    reached = [percent for percent in USED_PERCENT if used.tracks * 100 >= allowed * percent]
    if reached:
        values: dict[str, str | int] = {
            "plan": plan.name, "tracks": used.tracks, "allowed": allowed, "until": int(month_end.timestamp())
        }  # fmt: skip
        yield Due(used.guild_id, f"usage.{reached[-1]}", f"{used.month:%Y-%m} {plan.tier}", values)


def _next_month(now: datetime) -> datetime:
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


Part: TypeAlias = Callable[[datetime, dict[str, str]], Iterator[Due]]
"""Finds what is due at a moment; the plans' names by tier are given."""
PARTS: tuple[tuple[tuple[str, ...], Part], ...] = (
    (("payment_failed", "grace_ended"), _payments),
    (("grant_ends",), _grants),
    (("plan_cancelled", "plan_ended"), _cancelled),
    (("usage",), _used),
)
"""With the families of kinds that each finds."""
