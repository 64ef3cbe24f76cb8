"""Links to Stripe's pages: Checkout to buy a plan for a guild, the Portal to manage what one pays."""

from __future__ import annotations

import stripe

from apps.billing.entitlements import Interval, Tier
from apps.billing.models import PayerCustomer, Plan, PlanPrice, Subscription
from apps.billing.services import audit
from apps.billing.stripe_client import StripeMissing, asking, client
from apps.billing.sync import OVER


class NotSold(Exception):
    """No link; `problem` names the sentence: not_for_sale, already_paid, nothing_paid, other_payer."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def checkout_link(*, guild_id: int, user_id: int, tier: Tier, interval: Interval) -> str:
    """Where a member pays for a guild's plan; raises NotSold, StripeFailed."""
    row = Subscription.objects.filter(guild_id=guild_id).first()
    if row is not None and row.stripe_subscription_id and row.stripe_status not in {None, *OVER}:
        raise NotSold("already_paid")
    price = PlanPrice.objects.filter(plan_id=tier, interval=interval, active=True).select_related("plan").first()
    if price is None:
        raise NotSold("not_for_sale")
    named = {"guild_id": str(guild_id), "user_id": str(user_id), "tier": tier.value}
    with asking():
        session = client(member_waits=True).v1.checkout.sessions.create(
            {
                "mode": "subscription",
                "customer": _customer(user_id),
                "client_reference_id": str(guild_id),
                "line_items": [{"price": _price_at_stripe(price), "quantity": 1}],
                # A code that the payer enters becomes a discount of the subscription, never of the customer: dj-stripe
                # cannot read customers with one (TRAPS of its discount sync).
                "allow_promotion_codes": True,
                "metadata": named,
                "subscription_data": {"metadata": named},
                "success_url": _back(guild_id),
                "cancel_url": _back(guild_id),
            }
        )
    audit(guild_id=guild_id, actor=f"member:{user_id}", action="checkout", reason="", tier=tier, session=session.id)
    return session.url or ""


def portal_link(*, guild_id: int, user_id: int) -> str:
    """Where the payer changes or cancels; nobody else sees a payer's cards. Raises NotSold, StripeFailed."""
    paying = Subscription.objects.filter(guild_id=guild_id).values_list("stripe_customer_id", flat=True).first()
    if not paying:
        raise NotSold("nothing_paid")
    if not PayerCustomer.objects.filter(user_id=user_id, stripe_customer_id=paying).exists():
        raise NotSold("other_payer")
    with asking():
        session = client(member_waits=True).v1.billing_portal.sessions.create(
            {"customer": paying, "return_url": _back(guild_id)}
        )
    return session.url


def _back(guild_id: int) -> str:
    return f"https://discord.com/channels/{guild_id}"


def _customer(user_id: int) -> str:
    """The payer's customer, made once; made anew where it was deleted at Stripe."""
    known = PayerCustomer.objects.filter(user_id=user_id).first()
    if known is not None and not _is_deleted(known.stripe_customer_id):
        return known.stripe_customer_id
    again = known.stripe_customer_id if known else "first"
    made = client(member_waits=True).v1.customers.create(
        {"metadata": {"discord_user_id": str(user_id)}},
        {"idempotency_key": f"segue-customer-{user_id}-{again}"},
    )
    PayerCustomer.objects.update_or_create(user_id=user_id, defaults={"stripe_customer_id": made.id})
    return made.id


def _is_deleted(customer_id: str) -> bool:
    try:
        with asking():
            found: stripe.Customer = client(member_waits=True).v1.customers.retrieve(customer_id)
            return bool(found.to_dict().get("deleted"))
    except StripeMissing:
        return True


def _price_at_stripe(price: PlanPrice) -> str:
    """The price's id at Stripe, where product and price are made when they are first sold."""
    if price.stripe_price_id is None:
        named = {"tier": price.plan_id}
        made = client(member_waits=True).v1.prices.create(
            {
                "product": _product_at_stripe(price.plan),
                "currency": price.currency,
                "unit_amount": price.amount,
                "recurring": {"interval": Interval(price.interval).value},
                "metadata": named,
            },
            {"idempotency_key": f"segue-price-{price.pk}-{price.amount}-{price.currency}"},
        )
        PlanPrice.objects.filter(pk=price.pk).update(stripe_price_id=made.id)
        return made.id
    return price.stripe_price_id


def _product_at_stripe(plan: Plan) -> str:
    if plan.stripe_product_id is None:
        made = client(member_waits=True).v1.products.create(
            {"name": f"Segue {plan.name}", "metadata": {"tier": plan.tier}},
            {"idempotency_key": f"segue-product-{plan.tier}"},
        )
        Plan.objects.filter(pk=plan.pk).update(stripe_product_id=made.id)
        return made.id
    return plan.stripe_product_id
