"""Invoices from draft to paid, and what happens when a card is refused."""

from typing import Any

from simulator.stripe_api.books import Books
from simulator.stripe_api.errors import card_declined, invalid
from simulator.stripe_api.shapes.invoice import Bill, invoice, invoice_payment
from simulator.stripe_api.shapes.payment import balance_transaction, charge, declined, payment_intent
from simulator.stripe_api.store import Json

RETRY_DAYS = (3, 5, 7)
"""Between the attempts to collect; after the last one the account's rule decides."""
DAY_S = 86_400


def issue(books: Books, subscription: Json, bill: Bill, *, draft: bool = False) -> Json:
    """A new invoice of the subscription, open unless `draft`; nothing is collected yet."""
    customer = books.store.need("customer", subscription["customer"])
    made = books.store.add(invoice(books.now(), customer, subscription, bill))
    books.record("invoice.created", made)
    subscription["latest_invoice"] = made["id"]
    if draft:
        made["auto_advance"] = False
    else:
        finalize(books, made)
    return made


def finalize(books: Books, due: Json) -> None:
    """Draft becomes open, with a number."""
    customer = books.store.need("customer", due["customer"])
    number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04d}"
    customer["next_invoice_sequence"] += 1
    customer["currency"] = due["currency"]
    due.update(status="open", number=number, effective_at=books.now())
    due["status_transitions"]["finalized_at"] = books.now()
    due["hosted_invoice_url"] = f"{books.base_url}/invoice/{due['id']}"
    books.record("invoice.finalized", due)


def method_of(books: Books, customer_id: str, subscription: Json | None) -> Json | None:
    """The card that is charged: the subscription's, else the customer's."""
    customer = books.store.get("customer", customer_id)
    named = (subscription or {}).get("default_payment_method")
    if named is None and customer is not None and not customer.get("deleted"):
        named = customer["invoice_settings"]["default_payment_method"]
    return books.store.get("payment_method", named)


def collect(books: Books, due: Json) -> bool:
    """Charge what an open invoice asks for; False when the card was refused or there is none."""
    if due["status"] != "open":
        raise invalid("This invoice can no longer be paid.", code="invoice_not_editable")
    subscription = subscription_of(books, due)
    due.update(attempted=True, attempt_count=due["attempt_count"] + 1, next_payment_attempt=None)
    if due["amount_due"] == 0:
        _settle(books, due)
        return True
    method = method_of(books, due["customer"], subscription)
    paid = method is not None and not {method["id"], due["customer"]} & books.declining
    if method is not None:
        _charge(books, due, method, paid=paid)
    if paid:
        _settle(books, due)
    else:
        _postpone(books, due)
    return paid


def _charge(books: Books, due: Json, method: Json, *, paid: bool) -> None:
    now = books.now()
    intent = _intent(books, due)
    made = books.store.add(charge(now, intent, method, paid=paid))
    intent["latest_charge"] = made["id"]
    payment = next(one for one in books.store.all("invoice_payment") if one["invoice"] == due["id"])
    if not paid:
        intent.update(status="requires_payment_method", last_payment_error=declined(method))
        books.record("charge.failed", made)
        books.record("payment_intent.payment_failed", intent)
        return
    entry = books.store.add(balance_transaction(now, made, made["amount"], "charge"))
    made["balance_transaction"] = entry["id"]
    intent.update(
        status="succeeded", amount_received=intent["amount"], payment_method=method["id"], last_payment_error=None
    )
    payment.update(status="paid", amount_paid=due["amount_due"])
    payment["status_transitions"]["paid_at"] = now
    books.record("charge.succeeded", made)
    books.record("payment_intent.succeeded", intent)
    books.record("invoice_payment.paid", payment)


def _intent(books: Books, due: Json) -> Json:
    """The invoice's payment intent; one serves all attempts."""
    for payment in books.store.all("invoice_payment"):
        if payment["invoice"] == due["id"]:
            return books.store.need("payment_intent", payment["payment"]["payment_intent"])
    made = books.store.add(
        payment_intent(
            books.now(),
            amount=due["amount_due"],
            currency=due["currency"],
            customer_id=due["customer"],
            description=f"Subscription {'creation' if due['billing_reason'] == 'subscription_create' else 'update'}",
        )
    )
    books.store.add(invoice_payment(books.now(), due, made["id"], paid=False))
    books.record("payment_intent.created", made)
    return made


def _settle(books: Books, due: Json) -> None:
    due.update(status="paid", amount_paid=due["amount_due"], amount_remaining=0, auto_advance=False)
    due["status_transitions"]["paid_at"] = books.now()
    books.record("invoice.paid", due)
    books.record("invoice.payment_succeeded", due)
    _delinquent(books, due, delinquent=False)
    subscription = subscription_of(books, due)
    if subscription is not None and subscription["latest_invoice"] == due["id"]:
        revived = ("incomplete", "past_due", "unpaid")
        if subscription["status"] in revived:
            books.change("customer.subscription.updated", subscription, status="active")


def _postpone(books: Books, due: Json) -> None:
    """Plan the next attempt, if there is one; the first invoice of a subscription is not tried again."""
    first = due["billing_reason"] == "subscription_create"
    if not first and due["attempt_count"] <= len(RETRY_DAYS):
        due["next_payment_attempt"] = books.now() + RETRY_DAYS[due["attempt_count"] - 1] * DAY_S
    books.record("invoice.payment_failed", due)
    if first:
        return
    _delinquent(books, due, delinquent=True)
    subscription = subscription_of(books, due)
    if subscription is None or subscription["status"] == "canceled":
        return
    if due["next_payment_attempt"] is not None:
        books.change("customer.subscription.updated", subscription, status="past_due")
    else:
        _give_up(books, due, subscription)


def _give_up(books: Books, due: Json, subscription: Json) -> None:
    match books.rules.after_failures:
        case "cancel":
            end(books, subscription, reason="payment_failed")
        case "unpaid":
            due["auto_advance"] = False
            books.change("customer.subscription.updated", subscription, status="unpaid")
        case "past_due":
            books.change("customer.subscription.updated", subscription, status="past_due")


def _delinquent(books: Books, due: Json, *, delinquent: bool) -> None:
    customer = books.store.need("customer", due["customer"])
    if not customer.get("deleted"):
        books.change("customer.updated", customer, delinquent=delinquent)


def end(books: Books, subscription: Json, *, reason: str) -> None:
    """The subscription is canceled as of now; its open invoices are no longer collected."""
    now = books.now()
    details = {**subscription["cancellation_details"], "reason": reason}
    for due in books.store.all("invoice"):
        if subscription_of(books, due) is subscription and due["status"] in ("open", "draft"):
            due.update(next_payment_attempt=None, auto_advance=False)
    subscription.update(
        status="canceled",
        ended_at=now,
        canceled_at=subscription["canceled_at"] or now,
        cancellation_details=details,
        pause_collection=None,
    )
    books.pending_lines.pop(subscription["id"], None)
    planned = books.store.get("subscription_schedule", subscription["schedule"])
    if planned is not None:
        planned.update(status="canceled", canceled_at=now, current_phase=None)
        books.record("subscription_schedule.canceled", planned)
    books.record("customer.subscription.deleted", subscription)


def subscription_of(books: Books, due: Json) -> Json | None:
    return books.store.get("subscription", due["parent"]["subscription_details"]["subscription"])


def pay(books: Books, due: Json, **given: Any) -> Json:
    """Stripe's pay operation: raises card_declined when the card is refused."""
    if due["status"] == "draft":
        finalize(books, due)
    if due["status"] == "paid":
        raise invalid("Invoice is already paid", code="invoice_already_paid")
    if given.get("paid_out_of_band"):
        due.update(attempted=True)
        _settle(books, due)
        return due
    if not collect(books, due):
        raise card_declined()
    return due


def void(books: Books, due: Json, status: str) -> Json:
    """Writes an open invoice off: `status` is void or uncollectible."""
    if due["status"] not in ("open", "uncollectible", "draft"):
        raise invalid(f"You can only do this to open invoices, not to {due['status']} ones.")
    due.update(status=status, auto_advance=False, next_payment_attempt=None)
    name = "voided" if status == "void" else "marked_uncollectible"
    due["status_transitions"][f"{name}_at"] = books.now()
    books.record(f"invoice.{name}", due)
    return due
