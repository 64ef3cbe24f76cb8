"""A subscription from its first invoice on, and every change that payer or program make to it."""

from typing import Any

from simulator.stripe_api.billing.collecting import DAY_S, collect, end, issue, method_of, void
from simulator.stripe_api.billing.discounts import discounts_of, give_discounts
from simulator.stripe_api.billing.scheduling import begin_next_phase
from simulator.stripe_api.books import Books
from simulator.stripe_api.clock import later
from simulator.stripe_api.errors import invalid
from simulator.stripe_api.shapes.invoice import Bill, Charged
from simulator.stripe_api.shapes.subscription import plan, subscription, subscription_item
from simulator.stripe_api.store import Json


def begin(books: Books, customer: Json, items: list[tuple[Json, int]], given: dict[str, Any]) -> Json:
    """Start what `given` (Stripe's parameters) describes, and collect the first payment or begin the trial."""
    now = books.now()
    made = books.store.add(subscription(now, customer, items[0][0]["currency"]))
    _describe(books, made, given)
    trial_end = _trial_end(now, given)
    recurring = items[0][0]["recurring"]
    paid_until = trial_end or later(now, recurring["interval"], recurring["interval_count"])
    made["items"]["data"] = [
        subscription_item(now, made["id"], price, quantity=quantity, period=(now, paid_until))
        for price, quantity in items
    ]
    if trial_end:
        made.update(trial_start=now, trial_end=trial_end, billing_cycle_anchor=trial_end, status="trialing")
    give_discounts(books, made, given.get("discounts") or [])
    books.record("customer.subscription.created", made)
    first = issue(books, made, Bill("subscription_create", lines_of(made), discounts_of(books, made, lines_of(made))))
    if given.get("payment_behavior") != "default_incomplete":
        collect(books, first)
    return made


def _describe(books: Books, made: Json, given: dict[str, Any]) -> None:
    made["metadata"] = given.get("metadata") or {}
    made["description"] = given.get("description")
    if given.get("default_payment_method"):
        method = books.store.named("payment_method", given["default_payment_method"], "default_payment_method")
        made["default_payment_method"] = method["id"]
    if given.get("trial_settings"):
        made["trial_settings"] = given["trial_settings"]
    if given.get("cancel_at_period_end"):
        made["cancel_at_period_end"] = True


def _trial_end(now: int, given: dict[str, Any]) -> int | None:
    if given.get("trial_period_days"):
        return now + int(given["trial_period_days"]) * DAY_S
    wanted = given.get("trial_end")
    if wanted in (None, "now"):
        return None
    if wanted <= now:
        raise invalid("Invalid timestamp: must be an integer Unix timestamp in the future", "trial_end")
    return int(wanted)


def lines_of(made: Json) -> list[Charged]:
    """What one period of it costs; nothing while it is on trial."""
    lines = []
    for item in made["items"]["data"]:
        trial = made["status"] == "trialing"
        amount = 0 if trial else item["price"]["unit_amount"] * item["quantity"]
        name = item["price"]["nickname"] or item["price"]["id"]
        period = (item["current_period_start"], item["current_period_end"])
        text = f"Trial period for {name}" if trial else f"{item['quantity']} × {name}"
        lines.append(Charged(text, amount, item["price"], item["id"], item["quantity"], period))
    return lines


def cancel(books: Books, made: Json, details: dict[str, Any] | None = None) -> Json:
    """At once; StripeError when it has ended already."""
    refuse_ended(made)
    made["cancellation_details"] = {**made["cancellation_details"], **(details or {})}
    end(books, made, reason="cancellation_requested")
    return made


def refuse_ended(made: Json) -> None:
    if made["status"] in ("canceled", "incomplete_expired"):
        raise invalid(
            "A canceled subscription can only update its cancellation_details and metadata.",
            code="resource_missing" if made["status"] == "canceled" else None,
        )


def cancel_at_period_end(books: Books, made: Json, *, wanted: bool) -> None:
    refuse_ended(made)
    when = made["items"]["data"][0]["current_period_end"] if wanted else None
    details = {**made["cancellation_details"], "reason": "cancellation_requested" if wanted else None}
    books.change(
        "customer.subscription.updated",
        made,
        cancel_at_period_end=wanted,
        cancel_at=when,
        canceled_at=books.now() if wanted else None,
        cancellation_details=details,
    )


def pause(books: Books, made: Json, behaviour: dict[str, Any] | None) -> None:
    """`behaviour` as in pause_collection; None resumes collection."""
    refuse_ended(made)
    value = None if not behaviour else {"resumes_at": None, **behaviour}
    books.change("customer.subscription.updated", made, pause_collection=value)


def resume(books: Books, made: Json) -> None:
    """A subscription that paused when its trial ended without a card goes on, with a new period."""
    if made["status"] != "paused":
        raise invalid("This subscription is not paused.")
    _new_period(books, made, books.now(), books.now())
    made["billing_cycle_anchor"] = books.now()
    due = issue(books, made, Bill("subscription_update", lines_of(made), discounts_of(books, made, lines_of(made))))
    if collect(books, due):
        books.change("customer.subscription.updated", made, status="active")
        books.record("customer.subscription.resumed", made)


def end_trial(books: Books, made: Json) -> None:
    """The trial is over now: the first period that costs begins, or what the subscription wants without a card."""
    without_card = made["trial_settings"]["end_behavior"]["missing_payment_method"]
    if without_card != "create_invoice" and method_of(books, made["customer"], made) is None:
        if without_card == "cancel":
            end(books, made, reason="cancellation_requested")
        else:
            previous = {"status": made["status"]}
            made["status"] = "paused"
            books.record("customer.subscription.paused", made, previous)
        return
    made["billing_cycle_anchor"] = books.now()
    renew(books, made)


def renew(books: Books, made: Json) -> None:
    """A new period begins now and is billed; what collection pauses is not collected."""
    now = books.now()
    begin_next_phase(books, made)
    before = [dict(item) for item in made["items"]["data"]]
    previous: Json = {"items": {**made["items"], "data": before}, "latest_invoice": made["latest_invoice"]}
    if made["status"] == "trialing":
        previous["status"] = "trialing"
        made["status"] = "active"
    _new_period(books, made, now, made["billing_cycle_anchor"])
    lines = [*books.pending_lines.pop(made["id"], []), *lines_of(made)]
    bill = Bill("subscription_cycle", lines, discounts_of(books, made, lines))
    paused = made["pause_collection"]
    held = made["status"] == "unpaid" or bool(paused and paused["behavior"] == "keep_as_draft")
    due = issue(books, made, bill, draft=held)
    books.record("customer.subscription.updated", made, previous)
    if held:
        return
    if paused:
        void(books, due, "void" if paused["behavior"] == "void" else "uncollectible")
    else:
        collect(books, due)


def _new_period(books: Books, made: Json, start: int, anchor: int) -> None:
    for item in made["items"]["data"]:
        recurring = item["price"]["recurring"]
        item["current_period_start"] = start
        item["current_period_end"] = later(start, recurring["interval"], recurring["interval_count"], anchor=anchor)


def change_price(books: Books, made: Json, item: Json, price: Json, *, quantity: int, proration: str) -> None:
    """Another price from now on; `proration` is Stripe's proration_behavior."""
    refuse_ended(made)
    if price["recurring"] is None:
        raise invalid("The price specified is set to `type=one_time`.", "items[0][price]")
    same_interval = price["recurring"] == item["price"]["recurring"]
    lines = [] if proration == "none" else _prorated(books, made, item, price, quantity, same_interval=same_interval)
    item.update(price=price, plan=plan(price), quantity=quantity)
    if same_interval or made["status"] == "trialing":
        if lines and proration == "always_invoice":
            _bill_now(books, made, lines)
        else:
            books.pending_lines.setdefault(made["id"], []).extend(lines)
        return
    made["billing_cycle_anchor"] = books.now()
    _new_period(books, made, books.now(), books.now())
    _bill_now(books, made, [*lines, *lines_of(made)])


def _bill_now(books: Books, made: Json, lines: list[Charged]) -> None:
    collect(books, issue(books, made, Bill("subscription_update", lines, discounts_of(books, made, lines))))


def _prorated(
    books: Books, made: Json, item: Json, price: Json, quantity: int, *, same_interval: bool
) -> list[Charged]:
    """Credit for what is left of the old price and, within the same interval, the charge for the new one."""
    if made["status"] == "trialing":
        return []
    now, start, until = books.now(), item["current_period_start"], item["current_period_end"]
    left = max(0.0, (until - now) / (until - start))
    old = round(item["price"]["unit_amount"] * item["quantity"] * left)
    credit = Charged("Unused time", -old, item["price"], item["id"], item["quantity"], (now, until), proration=True)
    if not same_interval:
        return [credit]
    new = round(price["unit_amount"] * quantity * left)
    return [credit, Charged("Remaining time", new, price, item["id"], quantity, (now, until), proration=True)]
