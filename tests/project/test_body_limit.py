"""A body that nobody needs is refused while it comes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from project.body_limit import LARGEST, BodyLimit

Message = Mapping[str, Any]


async def reading(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """An app that reads its body, as Django does, and says how much it was."""
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message["body"]), message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


async def answer_to(*parts: bytes) -> tuple[int, bytes, int]:
    """Status, body, and how many parts were read."""
    waiting = list(parts)
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def send(message: Message) -> None:
        sent.append(message)

    await BodyLimit(reading)({"type": "http"}, receive, send)
    return sent[0]["status"], sent[1]["body"], len(parts) - len(waiting)


async def test_as_much_as_is_allowed_passes() -> None:
    assert await answer_to(b"a" * (LARGEST - 1), b"b") == (200, str(LARGEST).encode(), 2)


async def test_more_is_refused_and_the_rest_is_not_read() -> None:
    status, body, read = await answer_to(b"a" * LARGEST, b"b", *[b"c" * LARGEST] * 5)
    assert (status, read) == (413, 2)
    assert json.loads(body)["reason"] == "too_large"
