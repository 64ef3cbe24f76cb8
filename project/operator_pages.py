"""/health, /ready and /metrics of the api process, answered before anything else has a say.

Kubernetes and Prometheus ask a pod by its address, which no list of allowed hosts can name.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from project import metrics
from project.health import health, ready

Answer = Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]


def show_metrics(_request: HttpRequest) -> HttpResponse:
    """What all processes of the api have counted."""
    return HttpResponse(metrics.exposition(), content_type=metrics.CONTENT_TYPE)


PAGES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/health": health,
    "/ready": ready,
    "/metrics": show_metrics,
}


@sync_and_async_middleware
def answer_operators(get_response: Answer) -> Answer:
    """Middleware that answers `PAGES` itself; it comes first."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            if (page := PAGES.get(request.path)) is not None:
                return await sync_to_async(page)(request)
            response: HttpResponseBase = await get_response(request)
            return response

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        page = PAGES.get(request.path)
        return get_response(request) if page is None else page(request)

    return answer  # type: ignore[return-value] # sync, as `get_response` is
