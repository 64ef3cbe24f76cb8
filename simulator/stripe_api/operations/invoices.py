"""Invoices, their lines, and which payments paid them."""

from simulator.stripe_api.billing.collecting import finalize, pay, subscription_of, void
from simulator.stripe_api.errors import invalid
from simulator.stripe_api.operations.call import Call, Operation, page, retrieve, words
from simulator.stripe_api.store import Json


def _list(call: Call) -> Json:
    data = call.data
    found = []
    for one in call.books.store.all("invoice"):
        subscription = subscription_of(call.books, one) or {}
        facts = {"customer": one["customer"], "status": one["status"], "subscription": subscription.get("id")}
        if all(data.get(name, fact) == fact for name, fact in facts.items()):
            found.append(one)
    return page(call, found)


def _pay(call: Call) -> Json:
    return pay(call.books, call.thing("invoice"), **call.data)


def _finalize(call: Call) -> Json:
    found = call.thing("invoice")
    if found["status"] != "draft":
        raise invalid("This invoice is already finalized.", code="invoice_not_editable")
    finalize(call.books, found)
    return found


def _void(call: Call) -> Json:
    return void(call.books, call.thing("invoice"), "void")


def _mark_uncollectible(call: Call) -> Json:
    return void(call.books, call.thing("invoice"), "uncollectible")


def _lines(call: Call) -> Json:
    return page(call, reversed(call.thing("invoice")["lines"]["data"]))


def _payments(call: Call) -> Json:
    """By invoice, or by the payment intent behind: this is how a charge is led back to its subscription."""
    data = call.data
    intent = (data.get("payment") or {}).get("payment_intent")
    found = [
        one
        for one in call.books.store.all("invoice_payment")
        if data.get("invoice", one["invoice"]) == one["invoice"]
        and data.get("status", one["status"]) == one["status"]
        and (intent is None or one["payment"]["payment_intent"] == intent)
    ]
    return page(call, found)


OPERATIONS = [
    Operation(
        "GET",
        "/v1/invoices",
        _list,
        "_invoice_list_params.InvoiceListParams",
        words("customer status subscription"),
    ),
    Operation("GET", "/v1/invoices/{id}", retrieve("invoice"), "_invoice_retrieve_params.InvoiceRetrieveParams"),
    Operation("POST", "/v1/invoices/{id}/pay", _pay, "_invoice_pay_params.InvoicePayParams", words("paid_out_of_band")),
    Operation(
        "POST",
        "/v1/invoices/{id}/finalize",
        _finalize,
        "_invoice_finalize_invoice_params.InvoiceFinalizeInvoiceParams",
        words(""),
    ),
    Operation("POST", "/v1/invoices/{id}/void", _void, "_invoice_void_invoice_params.InvoiceVoidInvoiceParams"),
    Operation(
        "POST",
        "/v1/invoices/{id}/mark_uncollectible",
        _mark_uncollectible,
        "_invoice_mark_uncollectible_params.InvoiceMarkUncollectibleParams",
    ),
    Operation("GET", "/v1/invoices/{id}/lines", _lines, "_invoice_list_lines_params.InvoiceListLinesParams"),
    Operation(
        "GET",
        "/v1/invoice_payments",
        _payments,
        "_invoice_payment_list_params.InvoicePaymentListParams",
        words("invoice payment status"),
    ),
    Operation(
        "GET",
        "/v1/invoice_payments/{id}",
        retrieve("invoice_payment"),
        "_invoice_payment_retrieve_params.InvoicePaymentRetrieveParams",
    ),
]
