"""Checkout sessions and portal sessions: links to pages on which a payer acts."""

from simulator.stripe_api.billing.calendar import expire
from simulator.stripe_api.billing.discounts import amount_off, wanted_coupon
from simulator.stripe_api.errors import invalid
from simulator.stripe_api.operations.call import Call, Operation, list_of, page, retrieve, update_fields, words
from simulator.stripe_api.shapes.pages import checkout_line, checkout_session, portal_session
from simulator.stripe_api.store import Json

_OPEN_S = (1800, 86_400)


def _create(call: Call) -> Json:
    books, data = call.books, call.data
    if data.get("mode") != "subscription":
        raise invalid("The simulated Stripe knows checkout sessions of mode `subscription` only.", "mode")
    _check(call)
    lines = [_line(call, index, one) for index, one in enumerate(data.get("line_items") or [])]
    if not lines:
        raise invalid("You must provide at least one recurring price in `subscription` mode.", "line_items")
    trial = data.get("subscription_data", {}).keys() & {"trial_period_days", "trial_end"}
    subtotal = 0 if trial else sum(line["amount_total"] for line in lines)
    total = subtotal
    for one in data.get("discounts") or []:
        total -= amount_off(wanted_coupon(books, one)[0], total)
    session = checkout_session(
        books.now(), data, base_url=books.base_url, subtotal=subtotal, total=total, currency=lines[0]["currency"]
    )
    books.session_lines[session["id"]] = lines
    books.session_wishes[session["id"]] = data.get("subscription_data") or {}
    return books.store.add(session)


def _check(call: Call) -> None:
    data, now = call.data, call.books.now()
    if not data.get("success_url"):
        raise invalid("Missing required param: success_url.", "success_url", "parameter_missing")
    if data.get("customer") and data.get("customer_email"):
        raise invalid("You may only specify one of these parameters: customer, customer_email.", "customer")
    if data.get("discounts") and data.get("allow_promotion_codes"):
        raise invalid("You may only specify one of these parameters: allow_promotion_codes, discounts.", "discounts")
    if data.get("customer"):
        payer = call.books.store.named("customer", data["customer"], "customer")
        if payer.get("deleted"):
            raise invalid(f"No such customer: '{payer['id']}'", "customer", "resource_missing")
    if "expires_at" in data and not _OPEN_S[0] <= data["expires_at"] - now <= _OPEN_S[1]:
        raise invalid("The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", "expires_at")


def _line(call: Call, index: int, given: Json) -> Json:
    param = f"line_items[{index}][price]"
    if "price" not in given:
        raise invalid("The simulated Stripe needs a `price` in each line item.", param)
    price = call.books.store.named("price", given["price"], param)
    if price["recurring"] is None:
        raise invalid("You must provide at least one recurring price in `subscription` mode.", param)
    if not price["active"]:
        raise invalid("The price specified is inactive. This field only accepts active prices.", param)
    return checkout_line(price, given.get("quantity", 1))


def _update(call: Call) -> Json:
    session = call.thing("checkout.session")
    session.update(update_fields(call, "checkout.session", ()))
    return session


def _expire(call: Call) -> Json:
    session = call.thing("checkout.session")
    if session["status"] != "open":
        raise invalid(f"This Session is {session['status']}; only open ones can be expired.")
    expire(call.books, session)
    return session


def _lines(call: Call) -> Json:
    session = call.thing("checkout.session")
    return page(call, reversed(call.books.session_lines[session["id"]]))


def _create_portal(call: Call) -> Json:
    books, data = call.books, call.data
    payer = books.store.named("customer", data.get("customer", ""), "customer")
    if payer.get("deleted"):
        raise invalid(f"No such customer: '{payer['id']}'", "customer", "resource_missing")
    return books.store.add(
        portal_session(
            books.now(),
            payer["id"],
            base_url=books.base_url,
            return_url=data.get("return_url"),
            locale=data.get("locale"),
        )
    )


OPERATIONS = [
    Operation(
        "POST",
        "/v1/checkout/sessions",
        _create,
        "checkout._session_create_params.SessionCreateParams",
        words(
            "allow_promotion_codes billing_address_collection cancel_url client_reference_id customer customer_email "
            "discounts expires_at line_items locale metadata mode payment_method_collection payment_method_types "
            "subscription_data success_url ui_mode"
        ),
    ),
    Operation(
        "GET",
        "/v1/checkout/sessions",
        list_of(
            "checkout.session",
            customer=lambda one: one["customer"],
            subscription=lambda one: one["subscription"],
            status=lambda one: one["status"],
        ),
        "checkout._session_list_params.SessionListParams",
        words("customer subscription status"),
    ),
    Operation(
        "GET",
        "/v1/checkout/sessions/{id}",
        retrieve("checkout.session"),
        "checkout._session_retrieve_params.SessionRetrieveParams",
    ),
    Operation(
        "POST",
        "/v1/checkout/sessions/{id}",
        _update,
        "checkout._session_update_params.SessionUpdateParams",
        words("metadata"),
    ),
    Operation(
        "POST",
        "/v1/checkout/sessions/{id}/expire",
        _expire,
        "checkout._session_expire_params.SessionExpireParams",
    ),
    Operation(
        "GET",
        "/v1/checkout/sessions/{id}/line_items",
        _lines,
        "checkout._session_list_line_items_params.SessionListLineItemsParams",
    ),
    Operation(
        "POST",
        "/v1/billing_portal/sessions",
        _create_portal,
        "billing_portal._session_create_params.SessionCreateParams",
        words("customer return_url locale"),
    ),
]
