"""What every operation of the simulated Stripe works on: its objects, its clock, its events and a few rules."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from simulator.stripe_api.clock import StripeClock
from simulator.stripe_api.shapes.notices import event
from simulator.stripe_api.store import Json, Store

AfterFailures = Literal["cancel", "unpaid", "past_due"]
Downgrades = Literal["at_once", "period_end"]


class Courier(Protocol):
    """Who takes events to the endpoints."""

    secrets: dict[str, str]
    """By endpoint id."""

    def post(self, told: Json) -> None: ...


@dataclass(slots=True)
class Rules:
    """Of the account, set in Stripe's dashboard there and by the control API here."""

    after_failures: AfterFailures = "cancel"
    """What becomes of a subscription when the last attempt to collect has failed."""
    downgrades: Downgrades = "at_once"
    """When the portal carries out a change to a cheaper price."""


@dataclass(slots=True)
class Books:
    """`declining` holds ids of customers and payment methods whose card is refused."""

    base_url: str
    clock: StripeClock
    courier: Courier
    store: Store = field(default_factory=Store)
    rules: Rules = field(default_factory=Rules)
    declining: set[str] = field(default_factory=set)
    pending_lines: dict[str, list[Any]] = field(default_factory=dict)
    """Prorations by subscription, which wait for its next invoice."""
    features: dict[str, list[Json]] = field(default_factory=dict)
    """By product."""
    session_lines: dict[str, list[Json]] = field(default_factory=dict)
    """What each checkout session sells; Stripe shows it on request only."""
    session_wishes: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The subscription_data of each checkout session, which Stripe never shows."""
    warned: set[tuple[str, int]] = field(default_factory=set)
    """Trials (subscription, end) whose end was announced."""
    request: Json = field(default_factory=lambda: {"id": None, "idempotency_key": None})
    """The request that is being served; its events name it."""

    def now(self) -> int:
        return self.clock.now()

    def record(self, kind: str, thing: Json, previous: Json | None = None) -> None:
        """An event about `thing` as it is now."""
        told = event(self.now(), kind, deepcopy(thing), previous)
        told["request"] = dict(self.request)
        self.store.add(told)
        self.courier.post(told)

    def change(self, kind: str, thing: Json, **fields: Any) -> None:
        """Set the fields and record the event with what they were; nothing happens when all are so already."""
        previous = {name: deepcopy(thing.get(name)) for name, value in fields.items() if thing.get(name) != value}
        if not previous:
            return
        thing.update(fields)
        self.record(kind, thing, previous)
