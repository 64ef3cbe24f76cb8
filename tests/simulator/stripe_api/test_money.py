"""Cards that are refused, payments that are made up for, refunds and disputes."""

from typing import Any

import pytest
import stripe

from simulator.control_client import ControlRefused
from tests.simulator.stripe_api.shop import DAY_S, NOW, Shop


def _refuse(shop: Shop, paid: stripe.Subscription) -> None:
    shop.control.post(f"/stripe/customers/{paid.customer}/card", {"declines": True})


@pytest.mark.parametrize(("rule", "status"), [("cancel", "canceled"), ("unpaid", "unpaid"), ("past_due", "past_due")])
def test_after_the_last_attempt_the_accounts_rule_decides(shop: Shop, rule: str, status: str) -> None:
    shop.control.post("/stripe/rules", {"after_failures": rule})
    paid = shop.subscription()
    _refuse(shop, paid)
    shop.days_pass(31)
    assert shop.again(paid)["status"] == "past_due"
    shop.days_pass(15)
    assert shop.again(paid)["status"] == status
    attempts = [one.created for one in shop.stripe.events.list({"type": "invoice.payment_failed"})]
    assert attempts == [NOW + (31 + days) * DAY_S for days in (15, 8, 3, 0)]


def test_a_good_card_makes_up_for_it(shop: Shop) -> None:
    paid = shop.subscription()
    _refuse(shop, paid)
    shop.days_pass(31)
    assert shop.stripe.customers.retrieve(str(paid.customer)).delinquent is True
    shop.control.post(f"/stripe/customers/{paid.customer}/card", {})
    shop.days_pass(3)
    assert shop.again(paid)["status"] == "active"
    assert shop.stripe.customers.retrieve(str(paid.customer)).delinquent is False


def test_an_invoice_can_be_paid_by_hand(shop: Shop) -> None:
    paid = shop.subscription()
    shop.control.post(f"/stripe/subscriptions/{paid.id}/fail_payment", {})
    latest = shop.again(paid)
    assert latest["status"] == "past_due"
    with pytest.raises(stripe.CardError):
        shop.stripe.invoices.pay(latest["latest_invoice"])
    shop.control.post(f"/stripe/invoices/{latest['latest_invoice']}/pay", {})
    assert shop.again(paid)["status"] == "active"


def test_a_first_payment_that_fails_leaves_it_incomplete_and_it_expires(shop: Shop) -> None:
    alice = shop.stripe.customers.create({})
    shop.stripe.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": alice.id})
    begun = shop.stripe.subscriptions.create({"customer": alice.id, "items": [{"price": shop.price().id}]})
    assert begun.status == "incomplete"
    shop.days_pass(1)
    assert shop.again(begun)["status"] == "incomplete_expired"


def _charge(shop: Shop) -> stripe.Charge:
    shop.subscription(shop.price(1000))
    return shop.stripe.charges.list().data[0]


def test_refunds_add_up_to_the_whole(shop: Shop) -> None:
    paid = _charge(shop)
    shop.stripe.refunds.create({"charge": paid.id, "amount": 400})
    assert shop.stripe.charges.retrieve(paid.id).refunded is False
    shop.stripe.refunds.create({"payment_intent": str(paid.payment_intent)})
    found = shop.stripe.charges.retrieve(paid.id, {"expand": ["refunds"]}).to_dict()
    assert (found["refunded"], [one["amount"] for one in found["refunds"]["data"]]) == (True, [600, 400])
    assert len(shop.stripe.events.list({"type": "charge.refunded"}).data) == 2
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.stripe.refunds.create({"charge": paid.id})
    assert refused.value.code == "charge_already_refunded"


def test_a_charge_leads_back_to_its_subscription(shop: Shop) -> None:
    paid = shop.subscription()
    charge = shop.stripe.charges.list().data[0]
    wanted: Any = {"payment": {"type": "payment_intent", "payment_intent": str(charge.payment_intent)}}
    (payment,) = shop.stripe.invoice_payments.list(wanted)
    invoice = shop.stripe.invoices.retrieve(str(payment.invoice)).to_dict()
    assert invoice["parent"]["subscription_details"]["subscription"] == paid.id


@pytest.mark.parametrize(("verdict", "returned"), [("won", 1), ("lost", 0)])
def test_a_dispute_is_opened_and_decided(shop: Shop, verdict: str, returned: int) -> None:
    paid = _charge(shop)
    case = shop.control.post(f"/stripe/charges/{paid.id}/dispute", {"reason": "fraudulent"})
    assert shop.stripe.charges.retrieve(paid.id).disputed is True
    shop.control.post(f"/stripe/disputes/{case['id']}/close", {"verdict": verdict})
    assert shop.stripe.disputes.retrieve(case["id"]).status == verdict
    assert len(shop.stripe.events.list({"type": "charge.dispute.closed"}).data) == 1
    assert len(shop.stripe.events.list({"type": "charge.dispute.funds_reinstated"}).data) == returned


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/stripe/checkouts/cs_none/pay", "No such checkout.session"),
        ("/stripe/charges/ch_none/steal", "There is no charges"),
        ("/stripe/customers/cus_none/delete", "No such customer"),
    ],
)
def test_an_impossible_order_gets_one_sentence(shop: Shop, path: str, sentence: str) -> None:
    with pytest.raises(ControlRefused, match=sentence):
        shop.control.post(path, {})
