"""Idempotency keys, pages of lists, expansion, and what faults do to requests."""

import pytest
import stripe

from tests.simulator.stripe_api.shop import Shop


def test_a_key_carries_out_once(shop: Shop) -> None:
    first, again = (
        shop.stripe.customers.create({"email": "a@segue.example"}, {"idempotency_key": "k1"}) for _ in range(2)
    )
    assert first.id == again.id
    assert len(shop.stripe.customers.list().data) == 1


def test_a_key_with_another_request_is_refused(shop: Shop) -> None:
    shop.stripe.customers.create({"email": "a@segue.example"}, {"idempotency_key": "k1"})
    with pytest.raises(stripe.IdempotencyError):
        shop.stripe.customers.create({"email": "b@segue.example"}, {"idempotency_key": "k1"})


def test_a_request_whose_answer_was_lost_is_answered_again(shop: Shop) -> None:
    lost = {"target": "stripe", "kind": "drop", "path": "/v1/customers", "after": True, "count": 1}
    shop.control.post("/faults", lost)
    with pytest.raises(stripe.APIConnectionError):
        shop.stripe.customers.create({"name": "Alice"}, {"idempotency_key": "k1"})
    again = shop.stripe.customers.create({"name": "Alice"}, {"idempotency_key": "k1"})
    assert [one.id for one in shop.stripe.customers.list()] == [again.id]


def test_an_error_of_stripes_own_strikes_as_often_as_counted(shop: Shop) -> None:
    shop.control.post("/faults", {"target": "stripe", "kind": "status", "status": 500, "count": 1})
    with pytest.raises(stripe.APIError) as struck:
        shop.stripe.customers.create({})
    assert struck.value.http_status == 500
    assert shop.stripe.customers.list().data == []


def test_a_slow_stripe_answers_in_the_end(shop: Shop) -> None:
    shop.control.post("/faults", {"target": "stripe", "kind": "delay", "ms": 5, "count": 1})
    assert shop.stripe.customers.list().data == []
    assert shop.control.get("/faults") == []


def test_pages_follow_one_another_newest_first(shop: Shop) -> None:
    ids = [shop.stripe.customers.create({"name": str(number)}).id for number in range(5)]
    page = shop.stripe.customers.list({"limit": 2})
    assert (page.has_more, [one.id for one in page]) == (True, [ids[4], ids[3]])
    assert [one.id for one in page.auto_paging_iter()] == ids[::-1]
    before = shop.stripe.customers.list({"limit": 2, "ending_before": ids[1]})
    assert [one.id for one in before] == [ids[3], ids[2]]


def test_ids_expand_to_objects(shop: Shop) -> None:
    paid = shop.subscription()
    found = shop.stripe.subscriptions.retrieve(paid.id, {"expand": ["customer", "latest_invoice.payments"]}).to_dict()
    assert found["customer"]["object"] == "customer"
    assert found["latest_invoice"]["payments"]["data"][0]["status"] == "paid"
    listed = shop.stripe.subscriptions.list({"expand": ["data.customer"]}).to_dict()
    assert listed["data"][0]["customer"]["id"] == paid.customer
