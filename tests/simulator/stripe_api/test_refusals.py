"""Refusals have Stripe's statuses and words."""

import pytest
import stripe

from simulator.stripe_api.shapes.notices import API_VERSION
from tests.simulator.stripe_api.shop import Shop


def test_a_wrong_key_is_refused_and_not_repeated(shop: Shop) -> None:
    thief = stripe.StripeClient("sk_test_" + "x" * 24, base_addresses={"api": shop.url})
    with pytest.raises(stripe.AuthenticationError) as refused:
        thief.v1.customers.list()
    assert refused.value.http_status == 401
    assert "xxxx" not in str(refused.value)


def test_what_does_not_exist_is_missing(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.stripe.subscriptions.retrieve("sub_none")
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (404, "resource_missing", "id")
    assert refused.value.user_message == "No such subscription: 'sub_none'"


def test_what_a_parameter_names_is_missing_with_400(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.stripe.billing_portal.sessions.create({"customer": "cus_none"})
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (400, "resource_missing", "customer")


def test_a_parameter_that_has_no_effect_here_is_refused(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.stripe.customers.create({"balance": 100})
    assert (refused.value.code, refused.value.param) == ("not_simulated", "balance")


def test_an_unknown_address_is_told(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        shop.client.raw_request("get", "/v1/nonsense")


def test_another_version_is_refused(shop: Shop) -> None:
    older = stripe.StripeClient(shop.key, base_addresses={"api": shop.url}, stripe_version="2020-08-27")
    with pytest.raises(stripe.InvalidRequestError, match=API_VERSION):
        older.v1.customers.list()


def test_nothing_hidden_expands_by_a_wrong_name(shop: Shop) -> None:
    alice = shop.stripe.customers.create({})
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        shop.stripe.customers.retrieve(alice.id, {"expand": ["secrets"]})
