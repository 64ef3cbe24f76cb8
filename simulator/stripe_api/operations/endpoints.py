"""Events and the endpoints that receive them."""

from fnmatch import fnmatchcase

from simulator.stripe_api.operations.call import Call, Operation, list_of, page, retrieve, update_fields, words
from simulator.stripe_api.shapes.notices import webhook_endpoint
from simulator.stripe_api.store import Json, new_id


def add_endpoint(call: Call, secret: str | None = None) -> Json:
    """The answer is the only place where its secret is told."""
    made = call.books.store.add(webhook_endpoint(call.books.now(), call.data))
    call.books.courier.secrets[made["id"]] = secret or new_id("whsec", 32)
    return {**made, "secret": call.books.courier.secrets[made["id"]]}


def _update(call: Call) -> Json:
    made = call.thing("webhook_endpoint")
    made.update(update_fields(call, "webhook_endpoint", ("url", "enabled_events", "description")))
    if "disabled" in call.data:
        made["status"] = "disabled" if call.data["disabled"] else "enabled"
    return made


def _delete(call: Call) -> Json:
    made = call.thing("webhook_endpoint")
    call.books.store.remove(made)
    return {"id": made["id"], "object": "webhook_endpoint", "deleted": True}


def _events(call: Call) -> Json:
    wanted = call.data.get("types") or [call.data.get("type", "*")]
    found = [one for one in call.books.store.all("event") if any(fnmatchcase(one["type"], name) for name in wanted)]
    return page(call, found)


OPERATIONS = [
    Operation("GET", "/v1/events", _events, "_event_list_params.EventListParams", words("type types")),
    Operation("GET", "/v1/events/{id}", retrieve("event"), "_event_retrieve_params.EventRetrieveParams"),
    Operation(
        "POST",
        "/v1/webhook_endpoints",
        add_endpoint,
        "_webhook_endpoint_create_params.WebhookEndpointCreateParams",
        words("api_version description enabled_events metadata url"),
    ),
    Operation(
        "GET",
        "/v1/webhook_endpoints",
        list_of("webhook_endpoint"),
        "_webhook_endpoint_list_params.WebhookEndpointListParams",
    ),
    Operation(
        "GET",
        "/v1/webhook_endpoints/{id}",
        retrieve("webhook_endpoint"),
        "_webhook_endpoint_retrieve_params.WebhookEndpointRetrieveParams",
    ),
    Operation(
        "POST",
        "/v1/webhook_endpoints/{id}",
        _update,
        "_webhook_endpoint_update_params.WebhookEndpointUpdateParams",
        words("description disabled enabled_events metadata url"),
    ),
    Operation(
        "DELETE",
        "/v1/webhook_endpoints/{id}",
        _delete,
        "_webhook_endpoint_delete_params.WebhookEndpointDeleteParams",
    ),
]
