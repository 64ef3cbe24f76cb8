"""Subscriptions: what a program changes about them."""

from typing import Any

from simulator.stripe_api.billing.collecting import method_of
from simulator.stripe_api.billing.discounts import give_discounts
from simulator.stripe_api.billing.scheduling import refuse_managed, release
from simulator.stripe_api.billing.subscribing import (
    begin,
    cancel,
    cancel_at_period_end,
    change_price,
    end_trial,
    pause,
    refuse_ended,
    resume,
)
from simulator.stripe_api.errors import card_declined, invalid, missing
from simulator.stripe_api.operations.call import Call, Operation, list_of, merged, page, retrieve, words
from simulator.stripe_api.store import Json


def _create(call: Call) -> Json:
    books, data = call.books, call.data
    payer = books.store.named("customer", data.get("customer", ""), "customer")
    if payer.get("deleted"):
        raise invalid(f"No such customer: '{payer['id']}'", "customer", "resource_missing")
    items = [_priced(call, index, one) for index, one in enumerate(data.get("items") or [])]
    if not items:
        raise invalid("Missing required param: items.", "items", "parameter_missing")
    method = method_of(books, payer["id"], data)
    behaviour = data.get("payment_behavior", "allow_incomplete")
    trial = data.keys() & {"trial_end", "trial_period_days"}
    if method is None and not trial and behaviour != "default_incomplete":
        raise invalid(
            "This customer has no attached payment source or default payment method. Please consider adding a default "
            "payment method.",
            code="resource_missing",
        )
    refused = method is not None and {method["id"], payer["id"]} & books.declining
    if behaviour == "error_if_incomplete" and refused:
        raise card_declined()
    return begin(books, payer, items, data)


def _priced(call: Call, index: int, given: Json) -> tuple[Json, int]:
    param = f"items[{index}][price]"
    price = call.books.store.named("price", given.get("price", ""), param)
    if price["recurring"] is None:
        raise invalid("The price specified is set to `type=one_time`.", param)
    return price, given.get("quantity", 1)


def _list(call: Call) -> Json:
    """Canceled ones only when asked for by status `canceled`, `ended` or `all`."""
    data = call.data
    wanted = data.get("status")
    ended = ("canceled", "incomplete_expired")
    found = []
    for one in call.books.store.all("subscription"):
        shown = one["status"] not in ended if wanted is None else one["status"] == wanted
        shown = shown or wanted == "all" or (wanted == "ended" and one["status"] in ended)
        prices = [item["price"]["id"] for item in one["items"]["data"]]
        mine = data.get("customer", one["customer"]) == one["customer"]
        if shown and mine and data.get("price", prices[0]) in prices:
            found.append(one)
    return page(call, found)


def _update(call: Call) -> Json:
    made, data, books = call.thing("subscription"), call.data, call.books
    if set(data) - {"metadata", "cancellation_details"}:
        refuse_ended(made)
    if data.keys() & {"items", "cancel_at_period_end", "cancel_at", "trial_end"}:
        refuse_managed(made)
    if "items" in data:
        _change_items(call, made, data["items"], data.get("proration_behavior", "create_prorations"))
    if "discounts" in data:
        before = made["discounts"]
        give_discounts(books, made, data["discounts"] or [])
        books.record("customer.subscription.updated", made, {"discounts": before})
    if "pause_collection" in data:
        pause(books, made, data["pause_collection"] or None)
    if "cancel_at_period_end" in data:
        cancel_at_period_end(books, made, wanted=data["cancel_at_period_end"])
    if data.get("trial_end") == "now" and made["status"] == "trialing":
        made["trial_end"] = books.now()
        end_trial(books, made)
    books.change("customer.subscription.updated", made, **_fields(call, made))
    return made


def _fields(call: Call, made: Json) -> dict[str, Any]:
    data = call.data
    fields: dict[str, Any] = {}
    if "metadata" in data:
        fields["metadata"] = merged(made["metadata"], data["metadata"])
    for name in ("description", "cancel_at", "default_payment_method"):
        if name in data:
            fields[name] = data[name] or None
    if "trial_settings" in data:
        fields["trial_settings"] = data["trial_settings"]
    if isinstance(data.get("trial_end"), int):
        fields.update(_longer_trial(call, made, data["trial_end"]))
    if data.get("cancel_at"):
        fields["canceled_at"] = call.books.now()
    return fields


def _longer_trial(call: Call, made: Json, until: int) -> dict[str, Any]:
    if until <= call.books.now():
        raise invalid("Invalid timestamp: must be an integer Unix timestamp in the future", "trial_end")
    items = [{**item, "current_period_end": until} for item in made["items"]["data"]]
    return {
        "status": "trialing",
        "trial_start": made["trial_start"] or call.books.now(),
        "trial_end": until,
        "billing_cycle_anchor": until,
        "items": {**made["items"], "data": items},
    }


def _change_items(call: Call, made: Json, wanted: list[dict[str, Any]], proration: str) -> None:
    for index, one in enumerate(wanted):
        found = [item for item in made["items"]["data"] if item["id"] == one.get("id")]
        if not found:
            # Stripe would add a second item; nobody of ours wants that, and it is how prices get doubled by mistake.
            raise invalid("The simulated Stripe changes items by their id only.", f"items[{index}][id]")
        item = found[0]
        price = call.books.store.named("price", one.get("price", item["price"]["id"]), f"items[{index}][price]")
        quantity = one.get("quantity", item["quantity"])
        if (price["id"], quantity) == (item["price"]["id"], item["quantity"]):
            continue
        before = {"items": {**made["items"], "data": [dict(each) for each in made["items"]["data"]]}}
        change_price(call.books, made, item, price, quantity=quantity, proration=proration)
        call.books.record("customer.subscription.updated", made, before)


def _cancel(call: Call) -> Json:
    made = call.thing("subscription")
    if made["status"] == "canceled":
        raise missing("subscription", made["id"])
    return cancel(call.books, made, call.data.get("cancellation_details"))


def _resume(call: Call) -> Json:
    made = call.thing("subscription")
    resume(call.books, made)
    return made


def _release(call: Call) -> Json:
    planned = call.thing("subscription_schedule")
    release(call.books, planned)
    return planned


def _item(call: Call) -> Json:
    for made in call.books.store.all("subscription"):
        for item in made["items"]["data"]:
            if item["id"] == call.named["id"]:
                found: Json = item
                return found
    raise missing("subscription_item", call.named["id"])


def _items(call: Call) -> Json:
    made = call.books.store.named("subscription", call.data["subscription"], "subscription")
    return page(call, reversed(made["items"]["data"]))


OPERATIONS = [
    Operation(
        "POST",
        "/v1/subscriptions",
        _create,
        "_subscription_create_params.SubscriptionCreateParams",
        words(
            "cancel_at_period_end customer default_payment_method description discounts items metadata "
            "payment_behavior trial_end trial_period_days trial_settings"
        ),
    ),
    Operation(
        "GET",
        "/v1/subscriptions",
        _list,
        "_subscription_list_params.SubscriptionListParams",
        words("customer price status"),
    ),
    Operation(
        "GET",
        "/v1/subscriptions/{id}",
        retrieve("subscription"),
        "_subscription_retrieve_params.SubscriptionRetrieveParams",
    ),
    Operation(
        "POST",
        "/v1/subscriptions/{id}",
        _update,
        "_subscription_update_params.SubscriptionUpdateParams",
        words(
            "cancel_at cancel_at_period_end cancellation_details default_payment_method description discounts items "
            "metadata pause_collection proration_behavior trial_end trial_settings"
        ),
    ),
    Operation(
        "DELETE",
        "/v1/subscriptions/{id}",
        _cancel,
        "_subscription_cancel_params.SubscriptionCancelParams",
        words("cancellation_details"),
    ),
    Operation(
        "POST",
        "/v1/subscriptions/{id}/resume",
        _resume,
        "_subscription_resume_params.SubscriptionResumeParams",
        words(""),
    ),
    Operation(
        "GET",
        "/v1/subscription_schedules",
        list_of("subscription_schedule", customer=lambda one: one["customer"]),
        "_subscription_schedule_list_params.SubscriptionScheduleListParams",
        words("customer"),
    ),
    Operation(
        "GET",
        "/v1/subscription_schedules/{id}",
        retrieve("subscription_schedule"),
        "_subscription_schedule_retrieve_params.SubscriptionScheduleRetrieveParams",
    ),
    Operation(
        "POST",
        "/v1/subscription_schedules/{id}/release",
        _release,
        "_subscription_schedule_release_params.SubscriptionScheduleReleaseParams",
        words(""),
    ),
    Operation(
        "GET",
        "/v1/subscription_items",
        _items,
        "_subscription_item_list_params.SubscriptionItemListParams",
        words("subscription"),
    ),
    Operation(
        "GET",
        "/v1/subscription_items/{id}",
        _item,
        "_subscription_item_retrieve_params.SubscriptionItemRetrieveParams",
    ),
]
