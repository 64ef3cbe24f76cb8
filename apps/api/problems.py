"""Everything that goes wrong, as RFC 9457 says it: one form for all errors, with a reason that programs can read."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import redis
import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"


class Problem(exceptions.APIException):
    """Ends a request with this status; `reason` is for programs, `detail` for people."""

    def __init__(self, status: int, reason: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status_code, self.reason, self.more = status, reason, more


def body_of(status: int, reason: str, detail: str, **more: Any) -> dict[str, Any]:
    """The members that RFC 9457 names, and `reason`."""
    title = HTTPStatus(status).phrase
    return {
        "type": f"urn:segue:problem:{reason}",
        "title": title,
        "status": status,
        "reason": reason,
        "detail": detail,
        **more,
    }


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler; None for what nobody foresaw: it is logged, and `server_error` answers."""
    problem, headers = _problem_of(error)
    if problem is None:
        return None
    response = Response(problem, status=problem["status"], headers=headers)
    response.content_type = MEDIA_TYPE
    return response


def _problem_of(error: Exception) -> tuple[dict[str, Any] | None, dict[str, str]]:
    match error:
        case Problem():
            wait = error.more.pop("retry_after", None)
            headers = {} if wait is None else {"Retry-After": str(wait)}
            return body_of(error.status_code, error.reason, str(error.detail), **error.more), headers
        case OperationalError() | InterfaceError() | redis.RedisError():
            log.warning("A store is away", reason=type(error).__name__, text=str(error))
            return body_of(503, "store_away", "A store is away just now. Please try again in a moment."), {
                "Retry-After": "2"
            }
        case exceptions.ValidationError():
            return body_of(422, "invalid", "The request is not valid.", errors=list(_errors(error.detail))), {}
        case Http404():
            return body_of(404, "not_found", "There is nothing here."), {}
        case PermissionDenied():
            return body_of(403, "forbidden", "This is not allowed."), {}
        case exceptions.APIException():
            return _drf_problem(error)
        case _:
            return None, {}


def _drf_problem(error: exceptions.APIException) -> tuple[dict[str, Any], dict[str, str]]:
    reason = error.get_codes()
    headers = {}
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        headers["WWW-Authenticate"] = 'Bearer realm="api"'
    if isinstance(error, exceptions.Throttled) and (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    known = reason if isinstance(reason, str) else "invalid"
    return body_of(error.status_code, known, str(error.detail)), headers


def _errors(detail: Any, path: str = "") -> Any:
    """DRF's nested errors as a flat list; `pointer` is a JSON pointer into the body."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _errors(inner, path if name == "non_field_errors" else f"{path}/{name}")
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            yield from _errors(inner, f"{path}/{index}" if isinstance(inner, dict | list) else path)
    else:
        yield {"pointer": path, "detail": str(detail)}


# -- what Django answers before or beside the views --------------------------------------------------------------------


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    if not _is_ours(request):
        return defaults.page_not_found(request, exception)
    return _plain(404, "not_found", "There is nothing here.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400: suspicious requests."""
    if not _is_ours(request):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return _plain(413, "too_large", "The body is too large.")
    return _plain(400, "bad_request", "The request cannot be read.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    if not _is_ours(request):
        return defaults.server_error(request)
    return _plain(500, "failed", "Something went wrong here. It was noted.")


def _is_ours(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _plain(status: int, reason: str, detail: str) -> HttpResponse:
    return JsonResponse(body_of(status, reason, detail), status=status, content_type=MEDIA_TYPE)
