"""Requests are answered by threads that stay, and too many are refused at once."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from project.api_metrics import ARRIVED
from project.pooled_handler import MOST_WAITING, THREADS, PooledHandler
from tests.project.test_api_metrics import told

go_on = threading.Event()
seen: list[str] = []
arrived: list[float] = []


def slow(_request: HttpRequest) -> HttpResponse:
    seen.append(threading.current_thread().name)
    assert go_on.wait(20)
    return HttpResponse("slow")


def quick(request: HttpRequest) -> HttpResponse:
    seen.append(threading.current_thread().name)
    arrived.append(request.META[ARRIVED])
    return HttpResponse("quick")


urlpatterns = [path("slow", slow), path("quick", quick)]


@pytest.fixture
def handler() -> PooledHandler:
    go_on.clear()
    seen.clear()
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[]):
        return PooledHandler()


class Visitor:
    """One request, and what came back."""

    def __init__(self, handler: PooledHandler, where: str, method: str = "GET") -> None:
        self.sent: list[dict[str, Any]] = []
        self.leaves = asyncio.Event()
        self._asked = False
        scope = {"type": "http", "method": method, "path": where, "headers": [], "query_string": b""}
        self.served = asyncio.create_task(handler({**scope, "http_version": "1.1"}, self._receive, self._send))

    async def answer(self) -> tuple[int, bytes]:
        """Status and body."""
        await self.served
        return self.sent[0]["status"], b"".join(message.get("body", b"") for message in self.sent)

    async def hang_up(self) -> None:
        """Leave without the answer."""
        self.leaves.set()
        await self.served

    async def _receive(self) -> dict[str, Any]:
        if self._asked:
            await self.leaves.wait()
            return {"type": "http.disconnect"}
        self._asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def _send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)


async def ask(handler: PooledHandler, where: str, method: str = "GET") -> tuple[int, bytes]:
    return await Visitor(handler, where, method).answer()


async def full(handler: PooledHandler) -> list[Visitor]:
    """Every thread is busy, and as many wait as may; the one after them, who goes the same way, is refused."""
    visitors = [Visitor(handler, "/slow") for _ in range(THREADS + MOST_WAITING)]
    async with asyncio.timeout(20):
        assert (await ask(handler, "/quick"))[0] == 503
    return visitors


@override_settings(ROOT_URLCONF=__name__)
async def test_threads_stay(handler: PooledHandler) -> None:
    for _ in range(THREADS + 5):
        assert await ask(handler, "/quick") == (200, b"quick")
    assert len(set(seen)) <= THREADS
    assert all(name.startswith("request") for name in seen)


@override_settings(ROOT_URLCONF=__name__)
async def test_too_many_are_refused_at_once_and_the_process_still_says_that_it_lives(handler: PooledHandler) -> None:
    visitors = await full(handler)
    refused = told("api_requests_total", method="other", route="none", status="503")
    status, body = await ask(handler, "/quick", method="REFUSED")
    assert (status, b'"reason": "overloaded"' in body) == (503, True)
    assert told("api_requests_total", method="other", route="none", status="503") == refused + 1
    assert (await ask(handler, "/health"))[0] == 200
    go_on.set()
    assert {(await visitor.answer())[0] for visitor in visitors} == {200}
    assert (await ask(handler, "/quick"))[0] == 200


@override_settings(ROOT_URLCONF=__name__)
async def test_who_hangs_up_frees_a_place_in_the_line_and_not_a_thread_that_is_at_work(handler: PooledHandler) -> None:
    visitors = await full(handler)
    async with asyncio.timeout(20):
        while len(seen) < THREADS:  # noqa: ASYNC110 # threads set no asyncio event
            await asyncio.sleep(0)
    await visitors[0].hang_up()
    assert (await ask(handler, "/quick"))[0] == 503
    await visitors[-1].hang_up()
    later = Visitor(handler, "/quick")
    go_on.set()
    assert (await later.answer())[0] == 200


@override_settings(ROOT_URLCONF=__name__)
async def test_when_a_request_came_is_known_from_before_it_waited(handler: PooledHandler) -> None:
    began = time.perf_counter()
    await ask(handler, "/quick")
    assert began < arrived[-1] < time.perf_counter()


async def test_only_http_is_served(handler: PooledHandler) -> None:
    with pytest.raises(ValueError, match="websocket"):
        await handler({"type": "websocket"}, None, None)
