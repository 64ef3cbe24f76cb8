"""The shape of one operation, and what lists have in common."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from simulator.stripe_api.books import Books
from simulator.stripe_api.errors import invalid
from simulator.stripe_api.store import Json, listing


@dataclass(frozen=True, slots=True)
class Call:
    """One request: what its path names and its parameters, checked and typed."""

    books: Books
    path: str
    named: dict[str, str]
    data: dict[str, Any]

    def thing(self, kind: str) -> Json:
        """The object in the path; StripeError 404 when there is none."""
        return self.books.store.need(kind, self.named["id"])


@dataclass(frozen=True, slots=True)
class Operation:
    """`parameters` names the client's type for them; `simulated` those that have an effect here, None for all.

    A parameter that Stripe knows and that is not simulated is refused, so that nobody relies on it unawares.
    """

    method: str
    path: str
    run: Callable[[Call], Json]
    parameters: str
    simulated: frozenset[str] | None = None


_PAGING = ("limit", "starting_after", "ending_before", "created", "expand")
_LARGEST_PAGE = 100


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def list_of(kind: str, **fields: Callable[[Json], Any]) -> Callable[[Call], Json]:
    """The operation that lists a kind, newest first, filtered by parameters of the fields' names."""

    def run(call: Call) -> Json:
        found = [thing for thing in call.books.store.all(kind) if not thing.get("deleted")]
        for name, look in fields.items():
            if name in call.data:
                found = [thing for thing in found if look(thing) == call.data[name]]
        return page(call, found)

    return run


def retrieve(kind: str) -> Callable[[Call], Json]:
    return lambda call: call.thing(kind)


def page(call: Call, oldest_first: Iterable[Json]) -> Json:
    """One page, by Stripe's cursors (https://docs.stripe.com/api/pagination)."""
    things = [thing for thing in reversed(list(oldest_first)) if _created_fits(thing, call.data.get("created"))]
    limit = call.data.get("limit", 10)
    if not 1 <= limit <= _LARGEST_PAGE:
        raise invalid("Invalid integer: limit must be between 1 and 100", "limit", "parameter_invalid_integer")
    ids = [thing["id"] for thing in things]
    after, before = call.data.get("starting_after"), call.data.get("ending_before")
    if before is not None:
        place = _place(ids, before, "ending_before")
        start = max(0, place - limit)
        return listing(things[start:place], call.path, has_more=start > 0)
    start = 0 if after is None else _place(ids, after, "starting_after") + 1
    return listing(things[start : start + limit], call.path, has_more=start + limit < len(things))


def _place(ids: list[str], wanted: str, param: str) -> int:
    if wanted not in ids:
        raise invalid(f"No such object: '{wanted}'", param, "resource_missing")
    return ids.index(wanted)


def _created_fits(thing: Json, wanted: Any) -> bool:
    at = thing.get("created", 0)
    if wanted is None:
        return True
    if isinstance(wanted, int):
        return bool(at == wanted)
    rules = {"gt": at.__gt__, "gte": at.__ge__, "lt": at.__lt__, "lte": at.__le__}
    return all(bool(rules[name](moment)) for name, moment in wanted.items())


def update_fields(call: Call, kind: str, names: Iterable[str]) -> dict[str, Any]:
    """The plain fields that the request changes; an empty string unsets one, metadata merges."""
    changed = {name: None if call.data[name] == "" else call.data[name] for name in names if name in call.data}
    if "metadata" in call.data:
        changed["metadata"] = merged(call.thing(kind)["metadata"], call.data["metadata"])
    return changed


def merged(metadata: dict[str, str], given: Any) -> dict[str, str]:
    """As https://docs.stripe.com/api/metadata: keys are added, an empty value removes one, "" removes all."""
    if not given:
        return {}
    return {name: value for name, value in {**metadata, **given}.items() if value != ""}
