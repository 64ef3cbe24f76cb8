"""Remembers what a node was asked, so that a test can judge a client by it."""

import json
import re
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from aiohttp import web

_KEPT = 5000
_IDS = re.compile(r"/v4/sessions/([^/?]+)(?:/players(?:/([^/?]+))?)?")


@dataclass(slots=True)
class LoggedRequest:
    """One request; `status` is None until it is answered. The voice token is never kept."""

    time: float
    method: str
    path: str
    session_id: str | None
    guild_id: str | None
    body: Any
    status: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as /_sim/requests lists it."""
        return {
            "time": self.time,
            "method": self.method,
            "path": self.path,
            "session_id": self.session_id,
            "guild_id": self.guild_id,
            "status": self.status,
            "body": self.body,
        }


def _without_token(body: Any) -> Any:
    if isinstance(body, dict) and isinstance(body.get("voice"), dict) and "token" in body["voice"]:
        return {**body, "voice": {**body["voice"], "token": "…"}}
    return body


class RequestLog:
    """The last 5000 requests, oldest first."""

    def __init__(self) -> None:
        self._requests: deque[LoggedRequest] = deque(maxlen=_KEPT)

    async def add(self, request: web.Request) -> LoggedRequest:
        """Note a request as it comes in."""
        ids = _IDS.match(request.path)
        text = await request.text() if request.body_exists else ""
        try:
            body = json.loads(text) if text else None
        except ValueError:
            body = text
        entry = LoggedRequest(
            time.time(),
            request.method,
            request.path_qs,
            ids[1] if ids else None,
            ids[2] if ids else None,
            _without_token(body),
        )
        self._requests.append(entry)
        return entry

    def entries(self, after: float = 0.0) -> list[dict[str, Any]]:
        """Return all that is kept of what came after a moment (Unix seconds)."""
        return [entry.to_json() for entry in self._requests if entry.time > after]
