"""Remembers when tracks ended, so that it can be judged how soon a client asked for the next."""

import time
from collections import deque
from typing import Any

_KEPT = 5000


class EventLog:
    """The last 5000 events, oldest first; times are Unix seconds, at the moment they were given to the session."""

    def __init__(self) -> None:
        self._events: deque[dict[str, Any]] = deque(maxlen=_KEPT)

    def add(self, kind: str, guild_id: int, reason: str) -> None:
        """Note an event as it goes out."""
        self._events.append({"time": time.time(), "type": kind, "guild_id": str(guild_id), "reason": reason})

    def entries(self, after: float = 0.0) -> list[dict[str, Any]]:
        """Return all that is kept of what happened after a moment (Unix seconds)."""
        return [event for event in self._events if event["time"] > after]
