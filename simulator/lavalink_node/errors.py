"""The error answers of the REST API, whose body and headers clients tell apart."""

import time
from http import HTTPStatus

from aiohttp import web

API_VERSION_HEADER = "Lavalink-Api-Version"


class ApiError(Exception):
    """A request ends with this status and message.

    The real server forgets its version header when an unforeseen exception made the 500: `foreseen`
    is false there.
    """

    def __init__(
        self,
        status: HTTPStatus,
        message: str,
        *,
        foreseen: bool = True,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.foreseen = foreseen
        self.headers = headers or {}


def bad_request(message: str = "Bad Request") -> ApiError:
    """Refuse a body or parameter; failed parsing never says more than "Bad Request"."""
    return ApiError(HTTPStatus.BAD_REQUEST, message)


def not_found(what: str) -> ApiError:
    """Answer that the session or player is not here."""
    return ApiError(HTTPStatus.NOT_FOUND, f"{what} not found")


def unforeseen(java_exception: str | None) -> ApiError:
    """Answer as for an exception nobody caught; None is one without a message."""
    message = "No message available" if java_exception is None else f"Request processing failed: {java_exception}"
    return ApiError(HTTPStatus.INTERNAL_SERVER_ERROR, message, foreseen=False)


def error_response(request: web.BaseRequest, error: ApiError) -> web.Response:
    """Build the JSON body; `trace` is there only when the client asked with ?trace=true."""
    body: dict[str, object] = {
        "timestamp": int(time.time() * 1000),
        "status": error.status.value,
        "error": error.status.phrase,
    }
    if request.query.get("trace") == "true":
        body["trace"] = f"simulator.lavalink_node.errors.ApiError: {error.message}"
    body |= {"message": error.message, "path": request.path}
    headers = dict(error.headers)
    if error.foreseen:
        headers[API_VERSION_HEADER] = "4"
    return web.json_response(body, status=error.status.value, headers=headers)
