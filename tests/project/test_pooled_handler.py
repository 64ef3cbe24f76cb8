"""Requests are answered by threads that stay, and too many are refused at once."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from project.pooled_handler import MOST_WAITING, THREADS, PooledHandler

go_on = threading.Event()
seen: list[str] = []


def slow(_request: HttpRequest) -> HttpResponse:
    seen.append(threading.current_thread().name)
    assert go_on.wait(20)
    return HttpResponse("slow")


def quick(_request: HttpRequest) -> HttpResponse:
    seen.append(threading.current_thread().name)
    return HttpResponse("quick")


urlpatterns = [path("slow", slow), path("quick", quick)]


@pytest.fixture
def handler() -> PooledHandler:
    go_on.clear()
    seen.clear()
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[]):
        return PooledHandler()


async def ask(handler: PooledHandler, where: str) -> tuple[int, bytes]:
    """Status and body."""
    sent: list[dict[str, Any]] = []
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            await asyncio.Event().wait()
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": where, "headers": [], "query_string": b"", "http_version": "1.1"}
    await handler(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)


@override_settings(ROOT_URLCONF=__name__)
async def test_threads_stay(handler: PooledHandler) -> None:
    for _ in range(THREADS + 5):
        assert await ask(handler, "/quick") == (200, b"quick")
    assert len(set(seen)) <= THREADS
    assert all(name.startswith("request") for name in seen)


@override_settings(ROOT_URLCONF=__name__)
async def test_too_many_are_refused_at_once_and_the_process_still_says_that_it_lives(handler: PooledHandler) -> None:
    waiting = [asyncio.create_task(ask(handler, "/slow")) for _ in range(THREADS + MOST_WAITING)]
    async with asyncio.timeout(20):
        while handler._inside < THREADS + MOST_WAITING:  # noqa: ASYNC110 # the handler has nothing to wait for
            await asyncio.sleep(0)
    status, body = await ask(handler, "/quick")
    assert status == 503
    assert b'"reason": "overloaded"' in body
    assert (await ask(handler, "/health"))[0] == 200
    go_on.set()
    assert {status for status, _ in await asyncio.gather(*waiting)} == {200}
    assert (await ask(handler, "/quick"))[0] == 200


async def test_only_http_is_served(handler: PooledHandler) -> None:
    with pytest.raises(ValueError, match="websocket"):
        await handler({"type": "websocket"}, None, None)
