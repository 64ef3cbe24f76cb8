"""Charges, payment intents, refunds and disputes."""

from simulator.stripe_api.billing.returning import close_dispute, give_back
from simulator.stripe_api.errors import invalid
from simulator.stripe_api.operations.call import Call, Operation, list_of, merged, page, retrieve, words
from simulator.stripe_api.store import Json


def _refund(call: Call) -> Json:
    books, data = call.books, call.data
    charge_id = data.get("charge")
    if charge_id is None and "payment_intent" in data:
        charge_id = books.store.named("payment_intent", data["payment_intent"], "payment_intent")["latest_charge"]
    if charge_id is None:
        raise invalid("One of the following params should be provided: `payment_intent` or `charge`.")
    made = give_back(books, books.store.named("charge", charge_id, "charge"), data.get("amount"), data.get("reason"))
    made["metadata"] = merged({}, data.get("metadata"))
    return made


def _refunds_of_charge(call: Call) -> Json:
    paid = call.thing("charge")
    return page(call, [one for one in call.books.store.all("refund") if one["charge"] == paid["id"]])


def _concede(call: Call) -> Json:
    """Closing a dispute by the API is conceding it."""
    return close_dispute(call.books, call.thing("dispute"), "lost")


OPERATIONS = [
    Operation(
        "GET",
        "/v1/charges",
        list_of("charge", customer=lambda one: one["customer"], payment_intent=lambda one: one["payment_intent"]),
        "_charge_list_params.ChargeListParams",
        words("customer payment_intent"),
    ),
    Operation("GET", "/v1/charges/{id}", retrieve("charge"), "_charge_retrieve_params.ChargeRetrieveParams"),
    Operation(
        "GET",
        "/v1/charges/{id}/refunds",
        _refunds_of_charge,
        "_charge_list_refunds_params.ChargeListRefundsParams",
    ),
    Operation(
        "GET",
        "/v1/payment_intents",
        list_of("payment_intent", customer=lambda one: one["customer"]),
        "_payment_intent_list_params.PaymentIntentListParams",
        words("customer"),
    ),
    Operation(
        "GET",
        "/v1/payment_intents/{id}",
        retrieve("payment_intent"),
        "_payment_intent_retrieve_params.PaymentIntentRetrieveParams",
        words(""),
    ),
    Operation(
        "POST",
        "/v1/refunds",
        _refund,
        "_refund_create_params.RefundCreateParams",
        words("amount charge metadata payment_intent reason"),
    ),
    Operation(
        "GET",
        "/v1/refunds",
        list_of("refund", charge=lambda one: one["charge"], payment_intent=lambda one: one["payment_intent"]),
        "_refund_list_params.RefundListParams",
        words("charge payment_intent"),
    ),
    Operation("GET", "/v1/refunds/{id}", retrieve("refund"), "_refund_retrieve_params.RefundRetrieveParams"),
    Operation(
        "GET",
        "/v1/disputes",
        list_of("dispute", charge=lambda one: one["charge"], payment_intent=lambda one: one["payment_intent"]),
        "_dispute_list_params.DisputeListParams",
        words("charge payment_intent"),
    ),
    Operation("GET", "/v1/disputes/{id}", retrieve("dispute"), "_dispute_retrieve_params.DisputeRetrieveParams"),
    Operation("POST", "/v1/disputes/{id}/close", _concede, "_dispute_close_params.DisputeCloseParams"),
    Operation(
        "GET",
        "/v1/balance_transactions/{id}",
        retrieve("balance_transaction"),
        "_balance_transaction_retrieve_params.BalanceTransactionRetrieveParams",
    ),
]
