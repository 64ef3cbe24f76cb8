"""Events and the endpoints that they are sent to."""

from simulator.stripe_api.store import Json, new_id

API_VERSION = "2026-08-26.dahlia"


def event(now: int, kind: str, thing: Json, previous: Json | None) -> Json:
    data: Json = {"object": thing}
    if previous is not None:
        data["previous_attributes"] = previous
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": now,
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }


def webhook_endpoint(now: int, given: Json) -> Json:
    """Without its secret, which is told once, when it is made."""
    return {
        "id": new_id("we"),
        "object": "webhook_endpoint",
        "api_version": given.get("api_version"),
        "application": None,
        "created": now,
        "description": given.get("description"),
        "enabled_events": given["enabled_events"],
        "livemode": False,
        "metadata": given.get("metadata") or {},
        "status": "enabled",
        "url": given["url"],
    }
