"""Answers `expand[]`: ids become the objects they name, and fields that are hidden by default are shown."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from simulator.stripe_api.books import Books
from simulator.stripe_api.errors import invalid
from simulator.stripe_api.store import Json, listing

_DEEPEST = 4

Look = Callable[[Books, Json], Any]


def _of(kind: str, field: str, url: str) -> Look:
    """A list of the objects whose `field` names this one; `url` has its id."""

    def look(books: Books, thing: Json) -> Json:
        found = [one for one in books.store.all(kind) if one[field] == thing["id"]]
        return listing(found[::-1], url.format(thing["id"]))

    return look


_HIDDEN: Mapping[str, Mapping[str, Look]] = {
    "customer": {
        "sources": lambda books, thing: listing([], f"/v1/customers/{thing['id']}/sources"),
        "subscriptions": _of("subscription", "customer", "/v1/customers/{}/subscriptions"),
    },
    "checkout.session": {
        "line_items": lambda books, thing: listing(
            books.session_lines[thing["id"]], f"/v1/checkout/sessions/{thing['id']}/line_items"
        ),
    },
    "item": {"discounts": lambda books, thing: []},
    "charge": {"refunds": _of("refund", "charge", "/v1/charges/{}/refunds")},
    "invoice": {"payments": _of("invoice_payment", "invoice", "/v1/invoice_payments?invoice={}")},
    "price": {"currency_options": lambda books, thing: {}, "tiers": lambda books, thing: []},
    "coupon": {"applies_to": lambda books, thing: {"products": []}},
    "": {"breakdown": lambda books, thing: {"discounts": [], "taxes": []}},
}


def expanded(books: Books, answer: Json, wanted: list[str]) -> Json:
    """A copy of `answer` with what the paths in `wanted` name; StripeError for one that names nothing."""
    copy = deepcopy(answer)
    for path in wanted:
        parts = path.split(".")
        if len(parts) - (parts[0] == "data") > _DEEPEST:
            raise invalid("You cannot expand more than 4 levels of a property.", "expand[]")
        _expand(books, copy, parts, path)
    return copy


def _expand(books: Books, thing: Any, parts: list[str], path: str) -> None:
    if isinstance(thing, list):
        for one in thing:
            _expand(books, one, parts, path)
        return
    name, rest = parts[0], parts[1:]
    if name not in thing:
        if thing.get("deleted"):
            return
        look = _HIDDEN.get(thing.get("object", ""), {}).get(name)
        if look is None:
            raise invalid(f"This property cannot be expanded ({path}).", "expand[]")
        thing[name] = deepcopy(look(books, thing))
    elif thing[name] is not None:
        thing[name] = _named(books, thing[name])
    if rest and thing[name] is not None:
        _expand(books, thing[name], rest, path)


def _named(books: Books, value: Any) -> Any:
    if isinstance(value, list):
        return [_named(books, one) for one in value]
    if isinstance(value, str):
        return deepcopy(books.store.anywhere(value) or value)
    return value
