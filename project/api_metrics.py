"""What the api process counts for operators: requests by route (the pattern, so that there are few), and latency."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("api_requests_total", "Requests answered", ["method", "route", "status"])
LATENCY = Histogram(
    "api_request_latency_seconds", "From a request's arrival to the beginning of its answer", ["method", "route"]
)
LATENCY.labels("GET", "none")  # told before the first request, too: people look for it by name
OPEN = Gauge("api_requests_open", "Requests that are being answered", multiprocess_mode="livesum")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Others are counted together: a client may invent any word."""

Answer = Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@sync_and_async_middleware
def count_requests(get_response: Answer) -> Answer:
    """Middleware that counts and times all requests."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            began = time.perf_counter()
            with OPEN.track_inprogress():
                response: HttpResponseBase = await get_response(request)
            _count(request, response, time.perf_counter() - began)
            return response

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        with OPEN.track_inprogress():
            response = get_response(request)
        assert isinstance(response, HttpResponseBase)  # noqa: S101 # not a coroutine, as asked above
        _count(request, response, time.perf_counter() - began)
        return response

    return answer


def _count(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    method = request.method if request.method in METHODS else "other"
    match = request.resolver_match
    route = "none" if match is None else match.route
    REQUESTS.labels(method, route, str(response.status_code)).inc()
    LATENCY.labels(method, route).observe(seconds)
