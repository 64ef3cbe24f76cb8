"""The API's description (OpenAPI), made once per process, and what all of its operations have in common."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, JsonResponse
from drf_spectacular.generators import SchemaGenerator

PROBLEMS = {
    "400": "The request cannot be read.",
    "401": "No token, or one that is unknown, expired or revoked.",
    "403": "The token has not the scope, or is for another guild.",
    "404": "There is nothing there.",
    "409": "The player is not in a state in which it could; `reason` says why.",
    "413": "The body is too large.",
    "415": "The body is not application/json.",
    "422": "The request is not valid; `errors` says where.",
    "429": "The plan allows no more requests in this minute; Retry-After says when it does.",
    "500": "A fault of ours.",
    "503": "A store, the player or Discord is away.",
}
ALWAYS = ("400", "404", "422", "429", "500", "503")
WITH_TOKEN = ("401", "403")
WRITES = ("409", "413", "415")
COMMANDS = ("409",)
"""Of `command_show`, which answers as the order itself would have."""
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
    "description": "The same key is the same command, however often it is sent.",
}


def _header(description: str, kind: str = "string", *, always: bool = False) -> dict[str, Any]:
    return {"description": description, "schema": {"type": kind}, **({"required": True} if always else {})}


BUDGET = {
    "RateLimit-Limit": _header("Requests a minute; without it there is no limit.", "integer"),
    "RateLimit-Remaining": _header("How many are left of this minute's.", "integer"),
    "RateLimit-Reset": _header("Seconds until the next minute.", "integer"),
}
UNCOUNTED = frozenset({"401", "403", "500"})
"""Answers of requests that nobody counted, or that ended in a fault."""
LOCATION = {"Location": _header("Where to ask, or to go, next.", always=True)}
TO_ASK_AT = frozenset({"202", "302"})
LATER = {"Retry-After": _header("Seconds after which to ask again.", "integer")}
HEADERS = {
    "401": {"WWW-Authenticate": _header("How to say who asks.", always=True)},
    "429": LATER,
    "503": LATER,
}


@cache
def description() -> dict[str, Any]:
    """The description as a dict."""
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


def show_schema(_request: HttpRequest) -> JsonResponse:
    """`/api/schema`."""
    return JsonResponse(description())


def document_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """drf-spectacular's hook: errors, headers and Idempotency-Key of all operations."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    for operations in result["paths"].values():
        for method, operation in operations.items():
            if method in {"post", "patch", "delete"} and operation["operationId"] not in {
                "token_create",
                "logout",
                "me_erase",
            }:
                operation.setdefault("parameters", []).append(KEY)
            _close_body(method, operation, result["components"]["schemas"])
            for status in _statuses(method, operation):
                operation["responses"].setdefault(status, _problem(PROBLEMS[status]))
            _name_headers(operation)
    return result


def _name_headers(operation: dict[str, Any]) -> None:
    """What a client can read off each answer before its body."""
    budget = BUDGET if _takes_token(operation) else {}
    for status, answer in operation["responses"].items():
        named = {**HEADERS.get(status, {}), **({} if status in UNCOUNTED else budget)}
        if status in TO_ASK_AT and operation["operationId"] != "me_erase":
            named |= LOCATION
        if named:
            answer["headers"] = named


def _close_body(method: str, operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Bodies take no members that they do not name (apps.api.fields.Body); a PATCH has to name some."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    if name:
        schemas[name]["additionalProperties"] = False
        if method == "patch" and not schemas[name].get("required"):
            schemas[name]["minProperties"] = 1


def _statuses(method: str, operation: dict[str, Any]) -> tuple[str, ...]:
    with_token = WITH_TOKEN if _takes_token(operation) else ("403",)
    writes = WRITES if method != "get" else COMMANDS if operation["operationId"] in {"command_show", "search"} else ()
    return (*ALWAYS, *with_token, *writes)


def _takes_token(operation: dict[str, Any]) -> bool:
    return bool(operation.get("security"))


def _problem(description: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": description, "content": content}


_TEXT = {"type": "string"}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457; further members depend on the reason.",
    "required": ["type", "title", "status", "reason", "detail"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "reason": {"type": "string", "description": "For programs."},
        "detail": {"type": "string", "description": "For people."},
    },
    "additionalProperties": True,
}
