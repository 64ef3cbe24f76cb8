"""What the api process counts for operators: requests by route (the pattern, so that there are few), and latency."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from functools import cache

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("api_requests_total", "Requests answered", ["method", "route", "status"])
LATENCY = Histogram(
    "api_request_latency_seconds", "From a request's arrival to the beginning of its answer", ["method", "route"]
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Others are counted together: a client may invent any word."""
ARRIVED = "segue.arrived"
"""In a request's META: `perf_counter` of when it began to wait for a thread."""

Answer = Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]


class ServingMetrics:
    """What is told before the first request, too."""

    def __init__(self) -> None:
        LATENCY.labels("GET", "none")  # people look for it by name
        self.open = Gauge("api_requests_open", "Requests that are being answered", multiprocess_mode="livesum")
        self.streams = Gauge("api_event_streams_open", "Event streams that are open", multiprocess_mode="livesum")
        self.wait = Histogram(
            "api_request_wait_seconds",
            "Waits for one of the threads that answer; there are as many as connections to PostgreSQL",
            buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
        )


@cache
def serving() -> ServingMetrics:
    """Made where requests are served: other processes import the api's views as well, and whoever told of no request
    there would hide that no api is left."""
    return ServingMetrics()


@sync_and_async_middleware
def count_requests(get_response: Answer) -> Answer:
    """Middleware that counts and times all requests."""
    told = serving()
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            arrived = _arrived(request)
            with told.open.track_inprogress():
                response: HttpResponseBase = await get_response(request)
            _count(request, response, time.perf_counter() - arrived)
            return response

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        arrived = _arrived(request)
        with told.open.track_inprogress():
            response = get_response(request)
        assert isinstance(response, HttpResponseBase)  # noqa: S101 # not a coroutine, as asked above
        _count(request, response, time.perf_counter() - arrived)
        return response

    return answer


def count_refused(request: HttpRequest, response: HttpResponseBase) -> None:
    """One that no middleware came to see."""
    REQUESTS.labels(_method(request), "none", str(response.status_code)).inc()


def _arrived(request: HttpRequest) -> float:
    now = time.perf_counter()
    arrived: float = request.META.get(ARRIVED, now)
    serving().wait.observe(now - arrived)
    return arrived


def _count(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    method = _method(request)
    match = request.resolver_match
    route = "none" if match is None else match.route
    REQUESTS.labels(method, route, str(response.status_code)).inc()
    LATENCY.labels(method, route).observe(seconds)


def _method(request: HttpRequest) -> str:
    return request.method if request.method in METHODS else "other"
