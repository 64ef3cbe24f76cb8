"""What the fake REST API was asked and what it answered, for tests and people to read."""

from collections import deque
from typing import Any

_KEPT = 10_000


class RequestLog:
    """The last 10 000 requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=_KEPT)

    def add(
        self, *, at: float, method: str, path: str, body: Any, status: int, took_ms: float, code: int | None
    ) -> None:
        self._entries.append(
            {
                "at": at,
                "method": method,
                "path": path,
                "body": body,
                "status": status,
                "code": code,
                "took_ms": round(took_ms, 2),
            }
        )

    def all(self) -> list[dict[str, Any]]:
        return list(self._entries)

    def clear(self) -> None:
        self._entries.clear()
