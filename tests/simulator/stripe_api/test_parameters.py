"""Parameters are checked by the types of Stripe's own client."""

from typing import Any

import pytest

from simulator.stripe_api.errors import StripeError
from simulator.stripe_api.parameters import read_parameters

SESSION = "checkout._session_create_params.SessionCreateParams"
UPDATE = "_subscription_update_params.SubscriptionUpdateParams"


def test_text_becomes_what_it_stands_for() -> None:
    given = {
        "cancel_at_period_end": "true",
        "items": [{"id": "si_1", "quantity": "2"}],
        "metadata": {"n": "1"},
        "trial_end": "now",
    }
    assert read_parameters(UPDATE, given) == {
        "cancel_at_period_end": True,
        "items": [{"id": "si_1", "quantity": 2}],
        "metadata": {"n": "1"},
        "trial_end": "now",
    }


@pytest.mark.parametrize(
    ("given", "param", "code"),
    [
        ({"nonsense": "1"}, "nonsense", "parameter_unknown"),
        ({"line_items": [{"prize": "p"}]}, "line_items[0][prize]", "parameter_unknown"),
        ({"expires_at": "soon"}, "expires_at", "parameter_invalid_integer"),
        ({"mode": "lottery"}, "mode", None),
        ({"allow_promotion_codes": "perhaps"}, "allow_promotion_codes", None),
        ({"line_items": "p"}, "line_items", None),
        ({"metadata": "x"}, "metadata", None),
    ],
)
def test_what_does_not_fit_is_named(given: dict[str, Any], param: str, code: str | None) -> None:
    with pytest.raises(StripeError) as refused:
        read_parameters(SESSION, given)
    assert (refused.value.param, refused.value.code) == (param, code)


def test_what_is_required_must_be_there() -> None:
    with pytest.raises(StripeError, match="Missing required param: currency"):
        read_parameters("_price_create_params.PriceCreateParams", {"unit_amount": "1"})


def test_an_empty_text_unsets() -> None:
    assert read_parameters(UPDATE, {"metadata": "", "pause_collection": ""}) == {"metadata": "", "pause_collection": ""}
