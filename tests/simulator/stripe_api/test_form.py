"""Stripe's form encoding nests by brackets."""

import pytest

from simulator.stripe_api.errors import StripeError
from simulator.stripe_api.form import read_form


@pytest.mark.parametrize(
    ("encoded", "read"),
    [
        ("email=a%40b.c", {"email": "a@b.c"}),
        ("metadata[guild_id]=42&metadata[tier]=", {"metadata": {"guild_id": "42", "tier": ""}}),
        ("items[0][price]=p&items[0][quantity]=2", {"items": [{"price": "p", "quantity": "2"}]}),
        ("expand[]=customer&expand[]=lines", {"expand": ["customer", "lines"]}),
        ("items[1][id]=b&items[0][id]=a", {"items": [{"id": "a"}, {"id": "b"}]}),
        ("", {}),
    ],
)
def test_brackets_nest(encoded: str, read: dict[str, object]) -> None:
    assert read_form(encoded) == read


@pytest.mark.parametrize("encoded", ["a[b=1", "[a]=1", "a=1&a[b]=2"])
def test_a_name_without_form_is_refused(encoded: str) -> None:
    with pytest.raises(StripeError):
        read_form(encoded)
