"""Discord's wall shuts an address out that sent too many invalid requests: until it opens, nothing is asked.

10,000 answers of 401, 403 or 429 within ten minutes do it, and each further request makes it last (docs: Invalid
Request Limit, aka Cloudflare Bans). Such a 429 has not passed Discord's own proxies: it lacks their header Via.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog

log = structlog.get_logger(__name__)

SECONDS = 60.0
"""For how long where the wall does not say."""
MOST_SECONDS = 3_600.0


class ShutOut:
    """Of the whole process, as the wall looks at its address."""

    def __init__(self) -> None:
        self._until = 0.0

    def left(self) -> float:
        """Seconds until something may be asked again; 0 where nothing is in the way."""
        return max(0.0, self._until - asyncio.get_running_loop().time())

    def noted(self, headers: Mapping[str, str]) -> bool:
        """Whether a 429 with these headers came from the wall, which is obeyed from now on."""
        if headers.get("Via"):
            return False
        seconds = min(_seconds(headers.get("Retry-After", "")), MOST_SECONDS)
        self._until = max(self._until, asyncio.get_running_loop().time() + seconds)
        log.error("Discord shuts this address out", seconds=seconds)
        return True


def _seconds(said: str) -> float:
    try:
        return max(1.0, float(said))
    except ValueError:
        return SECONDS
