"""Money that goes back: refunds, and disputes that a payer's bank opens."""

from typing import Literal

from simulator.stripe_api.books import Books
from simulator.stripe_api.errors import invalid
from simulator.stripe_api.shapes.payment import balance_transaction, dispute, refund
from simulator.stripe_api.store import Json


def give_back(books: Books, paid: Json, amount: int | None, reason: str | None) -> Json:
    """All that is left of the charge, or `amount` of it; StripeError when that is too much."""
    left = paid["amount_captured"] - paid["amount_refunded"]
    if paid["disputed"]:
        raise invalid(f"Charge {paid['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    if left <= 0:
        raise invalid(f"Charge {paid['id']} has already been refunded.", code="charge_already_refunded")
    wanted = left if amount is None else amount
    if not 0 < wanted <= left:
        raise invalid(f"Refund amount ({wanted}) is greater than unrefunded amount on charge ({left})", "amount")
    made = books.store.add(refund(books.now(), paid, wanted, reason))
    entry = books.store.add(balance_transaction(books.now(), made, -wanted, "refund"))
    made["balance_transaction"] = entry["id"]
    returned = paid["amount_refunded"] + wanted
    books.record("refund.created", made)
    books.change("charge.refunded", paid, amount_refunded=returned, refunded=returned == paid["amount"])
    return made


def open_dispute(books: Books, paid: Json, reason: str) -> Json:
    """The payer's bank takes the money back until the case is decided."""
    if not paid["paid"] or paid["disputed"] or paid["refunded"]:
        raise invalid(f"Charge {paid['id']} cannot be disputed.")
    paid["disputed"] = True
    made = books.store.add(dispute(books.now(), paid, reason))
    made["balance_transactions"] = [balance_transaction(books.now(), made, -made["amount"], "dispute")]
    books.record("charge.dispute.created", made)
    books.record("charge.dispute.funds_withdrawn", made)
    return made


def close_dispute(books: Books, case: Json, verdict: Literal["won", "lost"]) -> Json:
    """The bank decides: `won` returns the money."""
    if case["status"] in ("won", "lost"):
        raise invalid("This dispute is already closed.")
    case["status"] = verdict
    if verdict == "won":
        back = balance_transaction(books.now(), case, case["amount"], "dispute_reversal")
        case["balance_transactions"] = [*case["balance_transactions"], back]
        books.record("charge.dispute.funds_reinstated", case)
    books.record("charge.dispute.closed", case)
    return case
