"""Refuses request bodies that nobody needs, before Django has written them to a disk whole."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

LARGEST = 1 << 20
"""Bytes. Stripe's webhooks are the largest that anybody sends; the API takes less (apps.api.body)."""
REFUSAL = json.dumps(
    {
        "type": "urn:segue:problem:too_large",
        "title": "Content Too Large",
        "status": 413,
        "reason": "too_large",
        "detail": f"A body may have {LARGEST} bytes.",
    }
).encode()

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class _TooLarge(Exception):
    """More came than was allowed."""


class BodyLimit:
    """ASGI: counts what comes, whatever Content-Length says."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or refuse it. Django reads the body first, so nothing is answered before."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        came = 0

        async def count() -> Mapping[str, Any]:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > LARGEST:
                raise _TooLarge
            return message

        try:
            await self._app(scope, count, send)
        except _TooLarge:
            headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 413, "headers": headers})
            await send({"type": "http.response.body", "body": REFUSAL})
