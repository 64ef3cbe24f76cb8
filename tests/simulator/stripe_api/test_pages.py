"""On Stripe's pages a payer pays, fails, leaves, cancels, comes back, and changes the plan."""

import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import pytest
import stripe

from simulator.control_client import ControlRefused
from tests.simulator.stripe_api.shop import Shop


class _Stays(urllib.request.HTTPRedirectHandler):
    """Tells a redirect instead of following it: the shop's addresses exist for nobody."""

    def redirect_request(self, *args: Any) -> None:
        return None


def _open(url: str, form: dict[str, str] | None = None, host: str | None = None) -> tuple[int, str]:
    """The status, and the page or where it leads to."""
    body = None if form is None else urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(url, body, {"Host": host} if host else {})  # noqa: S310 # a loopback URL
    try:
        with urllib.request.build_opener(_Stays).open(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Location") or error.read().decode()


def test_a_payer_pays_on_the_page(shop: Shop) -> None:
    session = shop.checkout(shop.price())
    assert "Pay</button>" in _open(str(session.url))[1]
    status, leads_to = _open(f"{session.url}/pay", {"email": "alice@segue.example"})
    assert (status, leads_to) == (303, f"https://segue.example/thanks?session={session.id}")
    paid = shop.stripe.checkout.sessions.retrieve(session.id, {"expand": ["subscription", "customer"]}).to_dict()
    assert (paid["status"], paid["payment_status"], paid["client_reference_id"]) == ("complete", "paid", "42")
    assert (paid["subscription"]["status"], paid["subscription"]["metadata"]) == ("active", {"guild_id": "42"})
    assert paid["customer"]["email"] == "alice@segue.example"


def test_a_refused_card_leaves_the_checkout_open(shop: Shop) -> None:
    session = shop.checkout(shop.price())
    status, page = _open(f"{session.url}/fail", {})
    assert (status, "Your card was declined." in page) == (402, True)
    assert shop.stripe.checkout.sessions.retrieve(session.id).status == "open"
    assert shop.stripe.subscriptions.list().data == []


def test_a_payer_who_leaves_changes_nothing(shop: Shop) -> None:
    session = shop.checkout(shop.price())
    assert _open(f"{session.url}/cancel", {}) == (303, "https://segue.example/back")
    assert shop.stripe.checkout.sessions.retrieve(session.id).status == "open"


def test_nobody_pays_twice_or_late(shop: Shop) -> None:
    paid, late = (shop.checkout(shop.price()) for _ in range(2))
    shop.control.post(f"/stripe/checkouts/{paid.id}/pay", {})
    shop.days_pass(2)
    assert shop.stripe.checkout.sessions.retrieve(late.id).status == "expired"
    for session in (paid, late):
        with pytest.raises(ControlRefused, match="nobody can pay it"):
            shop.control.post(f"/stripe/checkouts/{session.id}/pay", {})


def test_a_coupon_is_the_subscriptions(shop: Shop) -> None:
    coupon = shop.stripe.coupons.create({"percent_off": 50, "duration": "once"})
    session = shop.checkout(shop.price(1000), discounts=[{"coupon": coupon.id}])
    assert (session.amount_subtotal, session.amount_total) == (1000, 500)
    shop.control.post(f"/stripe/checkouts/{session.id}/pay", {})
    shop.days_pass(32)
    assert [one.total for one in shop.stripe.invoices.list()] == [1000, 500]


def test_a_payer_redeems_a_code_once(shop: Shop) -> None:
    coupon = shop.stripe.coupons.create({"percent_off": 50, "duration": "forever"})
    promotion = shop.stripe.promotion_codes.create(
        {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "FRIDAY", "max_redemptions": 1}
    )
    first, second = (shop.checkout(shop.price(1000), allow_promotion_codes=True) for _ in range(2))
    assert "Promotion code" in _open(str(first.url))[1]
    assert _open(f"{first.url}/pay", {"code": "friday"})[0] == 303
    paid = shop.stripe.checkout.sessions.retrieve(first.id, {"expand": ["invoice", "subscription.discounts"]}).to_dict()
    assert (paid["amount_total"], paid["invoice"]["amount_paid"]) == (500, 500)
    assert paid["subscription"]["discounts"][0]["promotion_code"] == promotion.id
    assert _open(f"{second.url}/pay", {"code": "FRIDAY"})[0] == 400
    assert shop.stripe.checkout.sessions.retrieve(second.id).status == "open"


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"customer": "cus_none"}, "customer"),
        ({"line_items": [{"price": "price_none"}]}, "line_items[0][price]"),
        ({"line_items": []}, "line_items"),
        ({"discounts": [{"coupon": "none"}]}, "discounts[0][coupon]"),
        ({"success_url": ""}, "success_url"),
    ],
)
def test_a_checkout_that_cannot_be_is_refused(shop: Shop, more: dict[str, Any], param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.checkout(shop.price(), **more)
    assert refused.value.param == param


def test_the_portal_cancels_at_the_periods_end_and_takes_it_back(shop: Shop) -> None:
    paid = shop.subscription()
    portal = shop.stripe.billing_portal.sessions.create({"customer": str(paid.customer)})
    form = {"subscription": paid.id}
    assert _open(f"{portal.url}/cancel", form)[0] == 303
    assert "ends with its period" in _open(portal.url)[1]
    assert shop.again(paid)["cancel_at_period_end"] is True
    assert _open(f"{portal.url}/resume", form)[0] == 303
    assert (shop.again(paid)["cancel_at_period_end"], shop.again(paid)["canceled_at"]) == (False, None)


def test_the_portal_changes_the_plan(shop: Shop) -> None:
    paid, dearer = shop.subscription(), shop.price(1999)
    portal = shop.stripe.billing_portal.sessions.create({"customer": str(paid.customer)})
    assert _open(f"{portal.url}/change", {"subscription": paid.id, "price": dearer.id})[0] == 303
    assert shop.again(paid)["items"]["data"][0]["price"]["id"] == dearer.id


def _downgraded(shop: Shop) -> tuple[stripe.Subscription, stripe.Price]:
    shop.control.post("/stripe/rules", {"downgrades": "period_end"})
    paid, cheaper = shop.subscription(shop.price(1000)), shop.price(300)
    shop.control.post(f"/stripe/subscriptions/{paid.id}/change", {"price": cheaper.id})
    return paid, cheaper


def test_a_downgrade_waits_for_the_periods_end_where_the_rules_say_so(shop: Shop) -> None:
    paid, cheaper = _downgraded(shop)
    planned = shop.stripe.subscription_schedules.retrieve(shop.again(paid)["schedule"])
    assert shop.again(paid)["items"]["data"][0]["price"]["unit_amount"] == 1000
    assert [one["items"][0]["price"] for one in planned.to_dict()["phases"]][1] == cheaper.id
    shop.days_pass(31)
    assert shop.again(paid)["items"]["data"][0]["price"]["id"] == cheaper.id
    assert [one.total for one in shop.stripe.invoices.list()] == [300, 1000]
    assert (shop.again(paid)["schedule"], shop.stripe.subscription_schedules.retrieve(planned.id).status) == (
        None,
        "released",
    )


def test_a_released_schedule_changes_nothing(shop: Shop) -> None:
    paid, _ = _downgraded(shop)
    with pytest.raises(stripe.InvalidRequestError, match="managed by the subscription schedule"):
        shop.stripe.subscriptions.update(paid.id, {"cancel_at_period_end": True})
    shop.stripe.subscription_schedules.release(shop.again(paid)["schedule"])
    shop.days_pass(31)
    assert shop.again(paid)["items"]["data"][0]["price"]["unit_amount"] == 1000


def test_a_subscription_that_ends_takes_its_schedule_along(shop: Shop) -> None:
    paid, _ = _downgraded(shop)
    shop.control.post(f"/stripe/subscriptions/{paid.id}/cancel", {})
    shop.days_pass(31)
    (planned,) = shop.stripe.subscription_schedules.list()
    assert (planned.status, shop.again(paid)["status"]) == ("canceled", "canceled")


def test_a_portal_shows_no_other_customers(shop: Shop) -> None:
    alices, bobs = shop.subscription(), shop.subscription()
    portal = shop.stripe.billing_portal.sessions.create({"customer": str(alices.customer)})
    assert bobs.id not in _open(portal.url)[1]
    assert _open(f"{portal.url}/cancel", {"subscription": bobs.id})[0] == 400
    assert shop.again(bobs)["cancel_at_period_end"] is False


def test_pages_answer_to_this_machine_only(shop: Shop) -> None:
    session = shop.checkout(shop.price())
    assert _open(str(session.url), host="evil.example")[0] == 403
    assert _open(f"{session.url}/pay", {}, host="evil.example")[0] == 403
