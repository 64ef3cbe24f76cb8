"""What the desk does about a guild's plan: tells it, and gives links to Stripe's pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import structlog

from apps.billing.checkout import NotSold, checkout_link, portal_link
from apps.billing.entitlements import Interval, PlanLimits, Tier
from apps.billing.models import PlanPrice
from apps.billing.selectors import features_get, plan_limits, plans_on_sale, subscription_shown, usage_get
from apps.billing.stripe_client import StripeFailed, StripeNotConfigured
from project.wire.desk import DeskOrder
from project.wire.messages import Command
from project.wire.premium import BuyPlan, ManagePlan, ShowPlans, ShowPremium, ShowUsage
from workers.background.desk.managers import may_manage
from workers.player.outcomes import Denied
from workers.screen.desk_endings import DeskEnding
from workers.screen.premium_endings import LinkGiven, PlanShown, PlansShown, PremiumShown, UsageShown

log = structlog.get_logger(__name__)

SHOWN = frozenset(PlanShown.__struct_fields__) - {"prices", "currency"}


def status(command: Command, _: ShowPremium) -> DeskEnding:
    """The plan as it counts now."""
    shown, limits = subscription_shown(command.guild_id), features_get(command.guild_id)
    end = shown["period_end"]
    return PremiumShown(
        plan=_plan(limits),
        status=shown["status"],
        source="none" if shown["plan"] == Tier.FREE else shown["source"],
        ends_at=int(datetime.fromisoformat(end).timestamp()) if end else None,
        cancels=shown["cancel_at_period_end"],
        lapsed=shown["plan"] != shown["tier"],
    )


def plans(_command: Command, _: ShowPlans) -> DeskEnding:
    """All plans with what they cost."""
    return PlansShown(plans=tuple(_plan(limits, prices) for limits, prices in plans_on_sale()))


def usage(command: Command, _: ShowUsage) -> DeskEnding:
    """This month's tracks."""
    limits = features_get(command.guild_id)
    return UsageShown(plan=limits.name, tracks=usage_get(command.guild_id), allowed=limits.tracks_per_month)


def upgrade(command: Command, order: BuyPlan) -> DeskEnding:
    """A link to Checkout; the member who asks pays."""
    url = checkout_link(
        guild_id=command.guild_id,
        user_id=command.actor.user_id,
        tier=Tier(order.tier),
        interval=Interval(order.interval),
    )
    return LinkGiven(purpose="checkout", url=url, plan=plan_limits(Tier(order.tier)).name)


def manage(command: Command, _: ManagePlan) -> DeskEnding:
    """A link to the Portal, for the payer."""
    return LinkGiven(purpose="portal", url=portal_link(guild_id=command.guild_id, user_id=command.actor.user_id))


def _plan(limits: PlanLimits, prices: list[PlanPrice] | None = None) -> PlanShown:
    known: dict[str, Any] = {name: value for name, value in asdict(limits).items() if name in SHOWN}
    return PlanShown(
        **known,
        prices={price.interval: price.amount for price in prices or ()},
        currency=prices[0].currency if prices else "usd",
    )


def _for_payers(handler: Callable[[Command, Any], DeskEnding]) -> Callable[[Command, Any], DeskEnding]:
    """Only members who manage the guild; what Stripe or we do not sell is said plainly."""

    def guarded(command: Command, order: Any) -> DeskEnding:
        if command.actor.kind != "member" or not may_manage(command.actor):
            return Denied(key="premium.refused.managers")
        try:
            return handler(command, order)
        except NotSold as refused:
            return Denied(key=f"premium.refused.{refused.problem}")
        except StripeNotConfigured:
            return Denied(key="premium.refused.not_configured")
        except StripeFailed as error:
            log.warning("A link could not be made", guild=command.guild_id, reason=str(error))
            return Denied(key="premium.refused.away")

    return guarded


HANDLERS: dict[type[DeskOrder], Callable[[Command, Any], DeskEnding]] = {
    ShowPremium: status,
    ShowPlans: plans,
    ShowUsage: usage,
    BuyPlan: _for_payers(upgrade),
    ManagePlan: _for_payers(manage),
}
