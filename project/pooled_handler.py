"""Django under ASGI with a pool of threads that stay, because its own handler makes and ends one for each request.

With three more hops between loop and threads for the middleware that was a third of what a read of the API cost. All
views and middleware here are sync; what is asynchronous is the body of an event stream, which no thread waits for.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.handlers.asgi import ASGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, reset_queries
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from project.api_metrics import ARRIVED, count_refused
from project.database_pool import POOL
from project.health import health

THREADS: int = POOL["max_size"]
"""Each needs at most one connection, so none waits for one."""
MOST_WAITING = 200
"""Requests that wait for a thread; about a second of them. More are refused at once instead of after a time-out."""
OVERLOADED = json.dumps(
    {
        "type": "urn:segue:problem:overloaded",
        "title": "Service Unavailable",
        "status": 503,
        "reason": "overloaded",
        "detail": "Too many requests wait. Try again in a second.",
    }
)


class PooledHandler(ASGIHandler):
    """The ASGI application; one in a process."""

    def __init__(self) -> None:
        super(ASGIHandler, self).__init__()
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")
        self._room = threading.BoundedSemaphore(THREADS + MOST_WAITING)
        # Both would look at the connections of another thread than the request's.
        request_started.disconnect(reset_queries)
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one HTTP request."""
        if scope["type"] != "http":
            raise ValueError(f"Only HTTP is served, not {scope['type']}.")
        await self.handle(scope, receive, send)

    async def run_get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Its answer, from a thread of the pool; not /health: a busy process is not a dead one."""
        if request.path == "/health":
            return health(request)
        if not self._room.acquire(blocking=False):
            refusal = HttpResponse(
                OVERLOADED, status=503, content_type="application/problem+json", headers={"Retry-After": "1"}
            )
            count_refused(request, refusal)
            return refusal
        request.META[ARRIVED] = time.perf_counter()
        answer = self._threads.submit(contextvars.copy_context().run, self._answer, request)
        # Not when the client hangs up: its request may go on in a thread. One that waits for a thread is dropped then.
        answer.add_done_callback(lambda _: self._room.release())
        response = await asyncio.wrap_future(answer)
        response._handler_class = self.__class__  # type: ignore[attr-defined] # as Django's own handler does
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self.get_response(request)
        finally:
            close_old_connections()  # back to the pool, also after a commit that failed
