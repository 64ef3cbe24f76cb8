"""The account, its customers and their cards."""

import re

from simulator.stripe_api.billing.paying import BAD_CARD, GOOD_CARD, delete_customer, give_card
from simulator.stripe_api.errors import invalid, missing
from simulator.stripe_api.operations.call import Call, Operation, list_of, page, retrieve, update_fields, words
from simulator.stripe_api.shapes.payer import ACCOUNT_ID, customer
from simulator.stripe_api.store import Json

_PLAIN = ("description", "email", "name", "phone")
_CLAUSE = re.compile(r"""(?:metadata\[['"](?P<key>[^'"]+)['"]\]|(?P<field>\w+)):['"](?P<value>[^'"]*)['"]""")
_TEST_CARDS = {"pm_card_visa": GOOD_CARD, "pm_card_chargeCustomerFail": BAD_CARD}


def _account(call: Call) -> Json:
    wanted = call.named.get("id", ACCOUNT_ID)
    if wanted != ACCOUNT_ID:
        raise missing("account", wanted)
    return call.books.store.need("account", ACCOUNT_ID)


def _create(call: Call) -> Json:
    made = call.books.store.add(customer(call.books.now(), call.data))
    call.books.record("customer.created", made)
    return made


def _present(call: Call) -> Json:
    found = call.thing("customer")
    if found.get("deleted"):
        raise missing("customer", found["id"])
    return found


def _update(call: Call) -> Json:
    found = _present(call)
    fields = update_fields(call, "customer", _PLAIN)
    settings = call.data.get("invoice_settings") or {}
    if "default_payment_method" in settings:
        wanted = settings["default_payment_method"] or None
        if wanted is not None:
            call.books.store.named("payment_method", wanted, "invoice_settings[default_payment_method]")
        fields["invoice_settings"] = {**found["invoice_settings"], "default_payment_method": wanted}
    call.books.change("customer.updated", found, **fields)
    return found


def _delete(call: Call) -> Json:
    return delete_customer(call.books, _present(call))


def _search(call: Call) -> Json:
    """The part of Stripe's query language that says `field:'value' AND metadata['key']:'value'`."""
    query = call.data["query"]
    clauses = [_CLAUSE.fullmatch(part.strip()) for part in re.split(r"\s+AND\s+", query)]
    found = [one for one in call.books.store.all("customer") if not one.get("deleted")]
    for clause in clauses:
        if clause is None:
            raise invalid(f"We were unable to parse the search query: {query}", "query")
        key, field, value = clause["key"], clause["field"], clause["value"]
        found = [one for one in found if (one["metadata"].get(key) if key else one.get(field)) == value]
    return {**page(call, found), "object": "search_result", "next_page": None}


def _attach(call: Call) -> Json:
    """Only Stripe's own test cards can be attached: https://docs.stripe.com/testing."""
    payer = call.books.store.named("customer", call.data.get("customer", ""), "customer")
    last4 = _TEST_CARDS.get(call.named["id"])
    if last4 is None:
        raise missing("PaymentMethod", call.named["id"])
    return give_card(call.books, payer, last4)


def _cards_of(call: Call) -> Json:
    owner = call.named.get("id") or call.data.get("customer")
    return page(call, [one for one in call.books.store.all("payment_method") if one["customer"] == owner])


OPERATIONS = [
    Operation("GET", "/v1/account", _account, "_account_retrieve_params.AccountRetrieveParams"),
    Operation("GET", "/v1/accounts/{id}", _account, "_account_retrieve_params.AccountRetrieveParams"),
    Operation(
        "POST",
        "/v1/customers",
        _create,
        "_customer_create_params.CustomerCreateParams",
        words("description email name phone metadata preferred_locales"),
    ),
    Operation(
        "GET",
        "/v1/customers",
        list_of("customer", email=lambda one: one["email"]),
        "_customer_list_params.CustomerListParams",
        words("email"),
    ),
    Operation("GET", "/v1/customers/search", _search, "_customer_search_params.CustomerSearchParams", words("query")),
    Operation("GET", "/v1/customers/{id}", retrieve("customer"), "_customer_retrieve_params.CustomerRetrieveParams"),
    Operation(
        "POST",
        "/v1/customers/{id}",
        _update,
        "_customer_update_params.CustomerUpdateParams",
        words("description email name phone metadata invoice_settings"),
    ),
    Operation("DELETE", "/v1/customers/{id}", _delete, "_customer_delete_params.CustomerDeleteParams"),
    Operation(
        "GET",
        "/v1/customers/{id}/payment_methods",
        _cards_of,
        "_customer_list_payment_methods_params.CustomerListPaymentMethodsParams",
        words("type"),
    ),
    Operation(
        "GET",
        "/v1/payment_methods",
        _cards_of,
        "_payment_method_list_params.PaymentMethodListParams",
        words("customer type"),
    ),
    Operation(
        "GET",
        "/v1/payment_methods/{id}",
        retrieve("payment_method"),
        "_payment_method_retrieve_params.PaymentMethodRetrieveParams",
    ),
    Operation(
        "POST",
        "/v1/payment_methods/{id}/attach",
        _attach,
        "_payment_method_attach_params.PaymentMethodAttachParams",
        words("customer"),
    ),
]
