"""The real dj-stripe reads every object of the simulated Stripe, and processes every event that matters to billing."""

from typing import Any

import pytest
import stripe
from djstripe import models
from pytest_django.fixtures import Settings

from simulator.stripe_api.shapes.notices import API_VERSION
from tests.simulator.stripe_api.shop import Shop

pytestmark = pytest.mark.django_db

EVENT: Any = models.Event
KINDS: dict[str, Any] = {
    "checkout.session": models.Session,
    "coupon": models.Coupon,
    "customer": models.Customer,
    "charge": models.Charge,
    "dispute": models.Dispute,
    "invoice": models.Invoice,
    "payment_intent": models.PaymentIntent,
    "payment_method": models.PaymentMethod,
    "price": models.Price,
    "product": models.Product,
    "promotion_code": models.PromotionCode,
    "refund": models.Refund,
    "subscription": models.Subscription,
    "subscription_schedule": models.SubscriptionSchedule,
}


@pytest.fixture
def reading(shop: Shop, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """dj-stripe is pointed at the shop."""
    settings.STRIPE_TEST_SECRET_KEY = shop.key
    settings.STRIPE_SECRET_KEY = shop.key
    settings.STRIPE_LIVE_MODE = False
    settings.STRIPE_API_VERSION = API_VERSION
    monkeypatch.setattr(stripe, "api_base", shop.url)
    monkeypatch.setattr(stripe, "api_key", shop.key)
    monkeypatch.setattr(stripe, "max_network_retries", 0)
    return shop


def _live(shop: Shop) -> stripe.Subscription:
    """A subscription with a discount, a trial beside it, a refused renewal, a refund and a dispute."""
    coupon = shop.stripe.coupons.create({"percent_off": 10, "duration": "forever"})
    shop.stripe.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}})
    paid = shop.subscription(discounts=[{"coupon": coupon.id}])
    shop.subscription(subscription_data={"trial_period_days": 14})
    shop.control.post("/stripe/rules", {"downgrades": "period_end"})
    shop.control.post(f"/stripe/subscriptions/{shop.subscription().id}/change", {"price": shop.price(1).id})
    first = shop.stripe.charges.list().data[0]
    shop.stripe.refunds.create({"charge": first.id, "amount": 100})
    shop.control.post(f"/stripe/charges/{first.id}/dispute", {})
    shop.control.post(f"/stripe/subscriptions/{paid.id}/fail_payment", {})
    return paid


@pytest.mark.parametrize("kind", KINDS)
def test_dj_stripe_reads_each_object(reading: Shop, kind: str) -> None:
    _live(reading)
    model = KINDS[kind]
    ids = [thing["id"] for thing in reading.control.get(f"/stripe/objects/{kind}")]
    for thing_id in ids:
        found = model(id=thing_id, livemode=False).api_retrieve(api_key=reading.key)
        model.sync_from_stripe_data(found, api_key=reading.key)
    assert ids
    assert model.objects.filter(id__in=ids).count() == len(ids)


def test_what_dj_stripe_stores_is_what_stripe_says(reading: Shop) -> None:
    paid = _live(reading)
    model = KINDS["subscription"]
    found = model(id=paid.id).api_retrieve(api_key=reading.key)
    stored = model.sync_from_stripe_data(found, api_key=reading.key)
    data: dict[str, Any] = stored.stripe_data
    assert (data["status"], data["metadata"]) == ("past_due", {"guild_id": "42"})
    assert stored.customer.id == paid.customer


def test_dj_stripe_processes_each_event(reading: Shop) -> None:
    paid = _live(reading)
    reading.control.post(f"/stripe/subscriptions/{paid.id}/cancel", {})
    reading.control.post(f"/stripe/customers/{paid.customer}/delete", {})
    told = reading.control.get("/stripe/objects/event")
    for data in told:
        EVENT.process(data, api_key=reading.key)
    wanted = {
        "checkout.session.completed",
        "customer.subscription.created",
        "customer.subscription.updated",
        "customer.subscription.deleted",
        "customer.deleted",
        "invoice.paid",
        "invoice.payment_failed",
        "charge.refunded",
        "charge.dispute.created",
    }
    assert wanted <= set(EVENT.objects.values_list("type", flat=True))
    assert models.Subscription.objects.get(id=paid.id).stripe_data["status"] == "canceled"
