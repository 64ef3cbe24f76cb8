"""Orders about a guild's plan. All are reads: a link that is asked for twice is only made twice, and never recorded."""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias

from project.wire.wish import DeskWish

PaidTier: TypeAlias = Literal["BASIC", "PREMIUM"]
"""What members can buy by themselves; ENTERPRISE is agreed on with staff."""
PriceInterval: TypeAlias = Literal["month", "year"]


class ShowPremium(DeskWish, tag="premium_status", frozen=True, kw_only=True):
    """Which plan the guild has, until when, and what it allows."""

    read: ClassVar[bool] = True
    when_blocked: ClassVar[bool] = True


class ShowPlans(DeskWish, tag="premium_plans", frozen=True, kw_only=True):
    """All plans with their prices."""

    read: ClassVar[bool] = True


class ShowUsage(DeskWish, tag="premium_usage", frozen=True, kw_only=True):
    """How many tracks began this month, of how many."""

    read: ClassVar[bool] = True


class BuyPlan(DeskWish, tag="premium_upgrade", frozen=True, kw_only=True):
    """A link to Stripe's Checkout."""

    read: ClassVar[bool] = True

    tier: PaidTier = "PREMIUM"
    interval: PriceInterval = "month"


class ManagePlan(DeskWish, tag="premium_manage", frozen=True, kw_only=True):
    """A link to Stripe's Portal."""

    read: ClassVar[bool] = True
    when_blocked: ClassVar[bool] = True


PremiumOrder: TypeAlias = ShowPremium | ShowPlans | ShowUsage | BuyPlan | ManagePlan
