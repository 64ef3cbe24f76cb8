"""Customers keep what they are given, are found again, and leave a grave."""

import pytest
import stripe

from tests.simulator.stripe_api.shop import Shop


def test_metadata_merges_and_an_empty_value_removes(shop: Shop) -> None:
    alice = shop.stripe.customers.create({"email": "alice@segue.example", "metadata": {"guild_id": "1", "user": "7"}})
    shop.stripe.customers.update(alice.id, {"metadata": {"guild_id": "2", "user": ""}, "name": "Alice"})
    found = shop.stripe.customers.retrieve(alice.id)
    assert (found.name, found.email) == ("Alice", "alice@segue.example")
    assert found.to_dict()["metadata"] == {"guild_id": "2"}


def test_customers_are_found_by_email_and_by_metadata(shop: Shop) -> None:
    alice = shop.stripe.customers.create({"email": "alice@segue.example", "metadata": {"user": "7"}})
    shop.stripe.customers.create({"email": "bob@segue.example", "metadata": {"user": "8"}})
    by_email = shop.stripe.customers.list({"email": "alice@segue.example"})
    by_metadata = shop.stripe.customers.search({"query": "metadata['user']:'7'"})
    assert [one.id for one in by_email] == [one.id for one in by_metadata] == [alice.id]


def test_a_deleted_customer_is_told_as_deleted_and_loses_its_subscriptions(shop: Shop) -> None:
    paid = shop.subscription()
    shop.stripe.customers.delete(str(paid.customer))
    grave = shop.stripe.customers.retrieve(str(paid.customer)).to_dict()
    assert grave == {"id": paid.customer, "object": "customer", "deleted": True}
    assert shop.again(paid)["status"] == "canceled"
    assert [one.type for one in shop.stripe.events.list()][:2] == ["customer.deleted", "customer.subscription.deleted"]
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        shop.stripe.billing_portal.sessions.create({"customer": str(paid.customer)})


def test_customers_never_carry_a_discount(shop: Shop) -> None:
    coupon = shop.stripe.coupons.create({"percent_off": 50, "duration": "forever"})
    paid = shop.subscription(discounts=[{"coupon": coupon.id}])
    assert shop.stripe.customers.retrieve(str(paid.customer)).to_dict()["discount"] is None
    assert len(shop.again(paid)["discounts"]) == 1
