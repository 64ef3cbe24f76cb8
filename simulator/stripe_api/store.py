"""Everything the simulated Stripe knows, by kind and id, in the order it was made."""

import secrets
import string
from collections.abc import Iterator
from typing import Any

from simulator.stripe_api.errors import missing

Json = dict[str, Any]

_LETTERS = string.ascii_letters + string.digits
_NOUNS = {
    "checkout.session": "checkout.session",
    "payment_method": "PaymentMethod",
    "webhook_endpoint": "webhook endpoint",
}


def new_id(prefix: str, length: int = 24) -> str:
    return f"{prefix}_{''.join(secrets.choice(_LETTERS) for _ in range(length))}"


class Store:
    """Objects as they are sent; whoever changes one records an event beside it."""

    def __init__(self) -> None:
        self._kinds: dict[str, dict[str, Json]] = {}

    def add(self, thing: Json) -> Json:
        self._kinds.setdefault(thing["object"], {})[thing["id"]] = thing
        return thing

    def remove(self, thing: Json) -> None:
        del self._kinds[thing["object"]][thing["id"]]

    def get(self, kind: str, object_id: str | None) -> Json | None:
        return self._kinds.get(kind, {}).get(object_id or "")

    def need(self, kind: str, object_id: str, *, param: str = "id", status: int = 404) -> Json:
        """Raises StripeError resource_missing."""
        found = self.get(kind, object_id)
        if found is None:
            raise missing(_NOUNS.get(kind, kind), object_id, param=param, status=status)
        return found

    def named(self, kind: str, object_id: str, param: str) -> Json:
        """One that a parameter names: Stripe answers 400, not 404, when there is none."""
        return self.need(kind, object_id, param=param, status=400)

    def all(self, kind: str) -> Iterator[Json]:
        """Oldest first."""
        yield from list(self._kinds.get(kind, {}).values())

    def kinds(self) -> list[str]:
        return sorted(self._kinds)

    def anywhere(self, object_id: str) -> Json | None:
        """The object of that id, of whatever kind."""
        for things in self._kinds.values():
            if object_id in things:
                return things[object_id]
        return None


def listing(things: list[Json], url: str, *, has_more: bool = False) -> Json:
    return {"object": "list", "data": things, "has_more": has_more, "url": url}
