"""What a program, a payer and time do to a subscription."""

from typing import Any

import pytest
import stripe

from tests.simulator.stripe_api.shop import DAY_S, NOW, Shop


def _period(made: dict[str, Any]) -> tuple[int, int]:
    item = made["items"]["data"][0]
    return item["current_period_start"], item["current_period_end"]


def test_a_paid_subscription_is_renewed_by_the_calendar(shop: Shop) -> None:
    paid = shop.subscription()
    assert _period(shop.again(paid)) == (NOW, NOW + 31 * DAY_S)
    shop.days_pass(31)
    assert _period(shop.again(paid)) == (NOW + 31 * DAY_S, NOW + 59 * DAY_S)
    assert [one.billing_reason for one in shop.stripe.invoices.list()] == ["subscription_cycle", "subscription_create"]


def test_time_lets_each_thing_happen_at_its_moment(shop: Shop) -> None:
    shop.subscription()
    shop.days_pass(100)
    starts = [one.created for one in shop.stripe.invoices.list()]
    assert starts == [NOW + days * DAY_S for days in (90, 59, 31, 0)]


def test_a_subscription_that_is_canceled_at_its_end_ends_then(shop: Shop) -> None:
    paid = shop.subscription()
    shop.stripe.subscriptions.update(paid.id, {"cancel_at_period_end": True})
    assert shop.again(paid)["status"] == "active"
    shop.days_pass(31)
    ended = shop.again(paid)
    assert (ended["status"], ended["ended_at"]) == ("canceled", NOW + 31 * DAY_S)
    assert len(shop.stripe.invoices.list().data) == 1


def test_a_canceled_one_stays_so(shop: Shop) -> None:
    paid = shop.subscription()
    assert shop.stripe.subscriptions.cancel(paid.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        shop.stripe.subscriptions.update(paid.id, {"cancel_at_period_end": False})
    with pytest.raises(stripe.InvalidRequestError):
        shop.stripe.subscriptions.cancel(paid.id)


def test_a_list_leaves_out_what_ended_unless_asked(shop: Shop) -> None:
    ended, runs = shop.subscription(), shop.subscription()
    shop.stripe.subscriptions.cancel(ended.id)
    assert [one.id for one in shop.stripe.subscriptions.list()] == [runs.id]
    assert [one.id for one in shop.stripe.subscriptions.list({"status": "canceled"})] == [ended.id]
    assert len(shop.stripe.subscriptions.list({"status": "all"}).data) == 2
    assert [one.id for one in shop.stripe.subscriptions.list({"customer": str(runs.customer)})] == [runs.id]


def test_a_trial_costs_nothing_is_announced_and_then_paid(shop: Shop) -> None:
    trial = shop.subscription(subscription_data={"trial_period_days": 14})
    assert (trial.status, trial.trial_end) == ("trialing", NOW + 14 * DAY_S)
    shop.days_pass(12)
    (warning,) = shop.stripe.events.list({"type": "customer.subscription.trial_will_end"})
    assert warning.created == NOW + 11 * DAY_S
    shop.days_pass(3)
    assert shop.again(trial)["status"] == "active"
    assert [one.amount_paid for one in shop.stripe.invoices.list()] == [999, 0]


def test_a_trial_without_a_card_ends_as_its_settings_say(shop: Shop) -> None:
    price = shop.price()
    alice = shop.stripe.customers.create({})
    for behaviour in ("cancel", "pause"):
        shop.stripe.subscriptions.create(
            {
                "customer": alice.id,
                "items": [{"price": price.id}],
                "trial_period_days": 3,
                "trial_settings": {"end_behavior": {"missing_payment_method": behaviour}},
            }
        )
    shop.days_pass(4)
    statuses = [one.status for one in shop.stripe.subscriptions.list({"status": "all"})]
    assert sorted(statuses) == ["canceled", "paused"]


def test_paused_collection_is_not_collected(shop: Shop) -> None:
    paid = shop.subscription()
    shop.stripe.subscriptions.update(paid.id, {"pause_collection": {"behavior": "void"}})
    shop.days_pass(31)
    assert shop.again(paid)["status"] == "active"
    assert [one.status for one in shop.stripe.invoices.list()] == ["void", "paid"]
    shop.stripe.subscriptions.update(paid.id, {"pause_collection": ""})
    shop.days_pass(28)
    assert [one.status for one in shop.stripe.invoices.list()] == ["paid", "void", "paid"]


def test_a_pause_may_end_by_itself(shop: Shop) -> None:
    paid = shop.subscription()
    until = NOW + 5 * DAY_S
    shop.stripe.subscriptions.update(paid.id, {"pause_collection": {"behavior": "void", "resumes_at": until}})
    assert shop.again(paid)["pause_collection"] == {"behavior": "void", "resumes_at": until}
    shop.days_pass(6)
    assert shop.again(paid)["pause_collection"] is None


def test_another_price_of_the_same_interval_is_settled_with_the_next_invoice(shop: Shop) -> None:
    paid, dearer = shop.subscription(shop.price(1000)), shop.price(3000)
    item = shop.again(paid)["items"]["data"][0]["id"]
    shop.stripe.subscriptions.update(paid.id, {"items": [{"id": item, "price": dearer.id}]})
    assert _period(shop.again(paid)) == (NOW, NOW + 31 * DAY_S)
    shop.days_pass(31)
    newest = shop.stripe.invoices.list().data[0]
    assert [line.amount for line in newest.lines] == [-1000, 3000, 3000]


def test_another_interval_begins_a_new_period_at_once(shop: Shop) -> None:
    paid, yearly = shop.subscription(shop.price(1000)), shop.price(10_000, "year")
    item = shop.again(paid)["items"]["data"][0]["id"]
    shop.stripe.subscriptions.update(paid.id, {"items": [{"id": item, "price": yearly.id}]})
    assert _period(shop.again(paid)) == (NOW, NOW + 365 * DAY_S)
    assert shop.stripe.invoices.list().data[0].amount_paid == 9000


def test_the_event_of_a_change_says_what_was_before(shop: Shop) -> None:
    paid = shop.subscription()
    shop.stripe.subscriptions.update(paid.id, {"cancel_at_period_end": True})
    told = shop.stripe.events.list({"type": "customer.subscription.updated"}).data[0].to_dict()
    assert told["data"]["previous_attributes"]["cancel_at_period_end"] is False
    assert told["data"]["object"]["cancel_at_period_end"] is True
    assert told["request"]["id"].startswith("req_")
