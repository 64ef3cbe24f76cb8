"""Events reach the registered endpoints signed, again when refused, and as disorderly as faults ask for."""

from typing import Any

from simulator.control_client import wait_for
from tests.simulator.stripe_api.receiver import Receiver
from tests.simulator.stripe_api.shop import Shop


def _fault(shop: Shop, kind: str, event_type: str = "customer.created", **params: Any) -> None:
    shop.control.post("/faults", {"target": "stripe_webhook", "kind": kind, "type": event_type, **params})


def _idle(shop: Shop) -> list[dict[str, Any]]:
    """The attempts, once nothing is under way."""

    def look() -> dict[str, Any] | None:
        found: dict[str, Any] = shop.control.get("/stripe/deliveries")
        return found if found["idle"] else None

    attempts: list[dict[str, Any]] = wait_for(look, "the last delivery", seconds=20)["attempts"]
    return attempts


def test_a_payment_is_told_signed_and_once(shop: Shop, receiver: Receiver) -> None:
    paid = shop.subscription()
    (told,) = receiver.wait("checkout.session.completed")
    _idle(shop)
    assert told.event["data"]["object"]["subscription"] == paid.id
    assert [one.problem for one in receiver.got if one.problem] == []
    ids = [one.event["id"] for one in receiver.got]
    assert len(ids) == len(set(ids))
    assert {one.id for one in shop.stripe.events.list({"limit": 100})} == set(ids)


def test_a_refused_delivery_is_tried_again(shop: Shop, receiver: Receiver) -> None:
    receiver.answers = [500]
    shop.stripe.customers.create({})
    first, second = receiver.wait("customer.created", 2)
    assert first.event["id"] == second.event["id"]
    assert [one.get("status") for one in _idle(shop)] == [500, 200]


def test_a_duplicated_event_comes_as_often_as_asked(shop: Shop, receiver: Receiver) -> None:
    _fault(shop, "duplicate", times=5, count=1)
    shop.stripe.customers.create({})
    assert len({one.event["id"] for one in receiver.wait("customer.created", 5)}) == 1
    assert len(_idle(shop)) == 5


def test_a_lost_event_never_comes_but_can_be_sent_again(shop: Shop, receiver: Receiver) -> None:
    _fault(shop, "drop", count=1)
    shop.stripe.customers.create({})
    assert [one["fault"] for one in _idle(shop)] == ["drop"]
    assert receiver.got == []
    (told,) = shop.stripe.events.list({"type": "customer.created"})
    shop.control.post(f"/stripe/events/{told.id}/resend", {})
    assert receiver.wait("customer.created")[0].event["id"] == told.id


def test_events_come_in_reversed_order(shop: Shop, receiver: Receiver) -> None:
    shop.control.post("/faults", {"target": "stripe_webhook", "kind": "reverse", "ms": 300})
    names = [shop.stripe.customers.create({"name": name}).id for name in "abc"]
    came = receiver.wait("customer.created", 3)
    assert [one.event["data"]["object"]["id"] for one in came] == names[::-1]


def test_a_wrong_secret_and_an_old_signature_are_seen_through(shop: Shop, receiver: Receiver) -> None:
    receiver.answers = [400, 400]
    _fault(shop, "wrong_secret", count=1)
    _fault(shop, "stale", "product.created", seconds=3600, count=1)
    shop.stripe.customers.create({})
    shop.stripe.products.create({"name": "x"})
    forged, _ = receiver.wait("customer.created", 2)
    old, fresh = receiver.wait("product.created", 2)
    assert "No signatures found" in str(forged.problem)
    assert "outside the tolerance" in str(old.problem)
    assert fresh.problem is None


def test_a_delayed_event_comes_after_later_ones(shop: Shop, receiver: Receiver) -> None:
    _fault(shop, "delay", ms=500, count=1)
    shop.stripe.customers.create({})
    shop.stripe.products.create({"name": "x"})
    receiver.wait("customer.created")
    assert receiver.types() == ["product.created", "customer.created"]


def test_an_endpoint_hears_only_what_it_asked_for(shop: Shop, receiver: Receiver) -> None:
    picky = Receiver(secret="")
    made = shop.stripe.webhook_endpoints.create({"url": picky.url, "enabled_events": ["product.created"]})
    picky.secret = str(made.secret)
    shop.stripe.customers.create({})
    shop.stripe.products.create({"name": "x"})
    (told,) = picky.wait("product.created")
    _idle(shop)
    picky.close()
    assert (picky.types(), told.problem) == (["product.created"], None)
    assert "secret" not in shop.stripe.webhook_endpoints.retrieve(made.id).to_dict()
    assert sorted(receiver.types()) == ["customer.created", "product.created"]
