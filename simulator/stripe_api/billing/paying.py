"""What a payer does on Stripe's pages: pays or fails a checkout, gives another card, leaves."""

from typing import Any

from simulator.stripe_api.billing.collecting import end
from simulator.stripe_api.billing.discounts import amount_off, coupon_named, promotion_with
from simulator.stripe_api.billing.subscribing import begin
from simulator.stripe_api.books import Books
from simulator.stripe_api.errors import card_declined, invalid
from simulator.stripe_api.shapes.pages import customer_details
from simulator.stripe_api.shapes.payer import customer, payment_method
from simulator.stripe_api.store import Json

GOOD_CARD, BAD_CARD = "4242", "0341"


def pay_checkout(books: Books, session: Json, *, email: str | None = None, code: str | None = None) -> Json:
    """The payer pays with a good card: the subscription begins.

    StripeError when the page is no longer open, or when the promotion code that was typed in is none.
    """
    _need_open(session)
    if code:
        _redeem(books, session, code)
    payer = _payer(books, session, email)
    method = give_card(books, payer, GOOD_CARD)
    wanted: dict[str, Any] = books.session_wishes[session["id"]]
    items = [(line["price"], line["quantity"]) for line in books.session_lines[session["id"]]]
    given = {**wanted, "discounts": session["discounts"], "default_payment_method": method["id"]}
    made = begin(books, payer, items, given)
    session.update(
        status="complete",
        url=None,
        customer=payer["id"],
        customer_details=customer_details(payer["email"] or email, payer["name"]),
        subscription=made["id"],
        invoice=made["latest_invoice"],
        payment_status="no_payment_required" if session["amount_total"] == 0 else "paid",
    )
    books.record("checkout.session.completed", session)
    return session


def _redeem(books: Books, session: Json, code: str) -> None:
    if not session["allow_promotion_codes"]:
        raise invalid("This Checkout Session takes no promotion codes.", "code")
    promotion = promotion_with(books, code)
    coupon = coupon_named(books, promotion["promotion"]["coupon"], "code")
    off = amount_off(coupon, session["amount_subtotal"])
    session["discounts"] = [{"coupon": None, "promotion_code": promotion["id"]}]
    session["amount_total"] = session["amount_subtotal"] - off
    session["total_details"]["amount_discount"] = off


def fail_checkout(books: Books, session: Json) -> None:
    """The payer's card is refused: the page stays open. Always raises, as Stripe tells it."""
    _need_open(session)
    raise card_declined()


def _need_open(session: Json) -> None:
    if session["status"] != "open":
        raise invalid(f"This Checkout Session is {session['status']}; nobody can pay it.")


def _payer(books: Books, session: Json, email: str | None) -> Json:
    if session["customer"] is not None:
        payer = books.store.need("customer", session["customer"])
        if payer.get("deleted"):
            raise invalid(f"The customer {payer['id']} was deleted.")
        return payer
    payer = books.store.add(customer(books.now(), {"email": email or session["customer_email"]}))
    books.record("customer.created", payer)
    return payer


def give_card(books: Books, payer: Json, last4: str) -> Json:
    """A new card becomes the one that is charged; one that ends in 0341 is refused at each charge."""
    method = books.store.add(payment_method(books.now(), payer["id"], last4=last4, email=payer["email"]))
    if last4 == BAD_CARD:
        books.declining.add(method["id"])
    books.record("payment_method.attached", method)
    settings = {**payer["invoice_settings"], "default_payment_method": method["id"]}
    books.change("customer.updated", payer, invoice_settings=settings)
    return method


def delete_customer(books: Books, payer: Json) -> Json:
    """Gone with its subscriptions; what stays is the word that it was deleted."""
    for subscription in books.store.all("subscription"):
        if subscription["customer"] == payer["id"] and subscription["status"] not in ("canceled", "incomplete_expired"):
            end(books, subscription, reason="cancellation_requested")
    books.record("customer.deleted", payer)
    grave = {"id": payer["id"], "object": "customer", "deleted": True}
    books.store.add(grave)
    return grave
