"""What falls due as Stripe's time passes: trials, renewals, further attempts to collect, expiry."""

from collections.abc import Callable, Iterator

from simulator.stripe_api.billing.collecting import DAY_S, collect, end, subscription_of
from simulator.stripe_api.billing.subscribing import end_trial, pause, renew
from simulator.stripe_api.books import Books
from simulator.stripe_api.store import Json

_WARN_DAYS = 3
_INCOMPLETE_S = 23 * 3600
_ENDED = ("canceled", "incomplete_expired", "paused")

Due = tuple[int, Callable[[], None]]
"""When it happens, and what."""


def advance(books: Books, until: float) -> int:
    """Let time pass up to `until`, each thing at its own moment; how many things happened."""
    happened = 0
    while due := next_due(books):
        when, happen = due
        if when > until:
            break
        books.clock.stand_at(when)
        happen()
        happened += 1
    books.clock.stand_at(until)
    books.clock.go_on()
    return happened


def run_due(books: Books) -> int:
    """Carry out what fell due by now."""
    happened = 0
    while (due := next_due(books)) and due[0] <= books.now():
        due[1]()
        happened += 1
    return happened


def next_due(books: Books) -> Due | None:
    return min(_everything(books), key=lambda due: due[0], default=None)


def _everything(books: Books) -> Iterator[Due]:
    for session in books.store.all("checkout.session"):
        if session["status"] == "open":
            yield session["expires_at"], lambda one=session: expire(books, one)  # type: ignore[misc] # bound at once
    for due in books.store.all("invoice"):
        if due["status"] == "open" and due["next_payment_attempt"] is not None:
            yield due["next_payment_attempt"], lambda one=due: _retry(books, one)  # type: ignore[misc] # bound at once
    for subscription in books.store.all("subscription"):
        if subscription["status"] not in _ENDED:
            yield from _of_subscription(books, subscription)


def _of_subscription(books: Books, one: Json) -> Iterator[Due]:
    status, period_end = one["status"], min(item["current_period_end"] for item in one["items"]["data"])
    if status == "incomplete":
        yield one["created"] + _INCOMPLETE_S, lambda: _give_up_first(books, one)
        return
    if one["cancel_at"] is not None:
        yield one["cancel_at"], lambda: end(books, one, reason="cancellation_requested")
    if status == "trialing":
        warning = (one["id"], one["trial_end"])
        if warning not in books.warned:
            yield max(one["created"], one["trial_end"] - _WARN_DAYS * DAY_S), lambda: _warn(books, one, warning)
        yield one["trial_end"], lambda: end_trial(books, one)
    else:
        yield period_end, lambda: renew(books, one)
    paused = one["pause_collection"]
    if paused and paused["resumes_at"] is not None:
        yield paused["resumes_at"], lambda: pause(books, one, None)


def expire(books: Books, session: Json) -> None:
    session.update(status="expired", url=None)
    books.record("checkout.session.expired", session)


def _retry(books: Books, due: Json) -> None:
    subscription = subscription_of(books, due)
    if subscription is not None and subscription["pause_collection"]:
        due["next_payment_attempt"] = None
        return
    collect(books, due)


def _give_up_first(books: Books, subscription: Json) -> None:
    books.change("customer.subscription.updated", subscription, status="incomplete_expired", ended_at=books.now())


def _warn(books: Books, subscription: Json, warning: tuple[str, int]) -> None:
    books.warned.add(warning)
    books.record("customer.subscription.trial_will_end", subscription)
