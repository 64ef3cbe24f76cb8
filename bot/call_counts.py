"""Counts the requests to Discord by what they are for: addresses hold ids and tokens, so they are no labels."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.metrics import DISCORD_CALL_SECONDS, DISCORD_LIMITED

_CALLS = (
    (re.compile(r"/interactions/.+/callback$"), "first response"),
    (re.compile(r"/webhooks/"), "answer"),
    (re.compile(r"/channels/\d+/messages"), "message"),
    (re.compile(r"/voice-states/"), "voice state"),
    (re.compile(r"/commands$"), "registration"),
)
SCOPES = frozenset({"user", "global", "shared"})
"""Docs: Rate Limits, X-RateLimit-Scope. A 429 without a scope is Cloudflare's: the address is close to a ban."""


def call_of(path: str) -> str:
    """What a request is for."""
    return next((call for pattern, call in _CALLS if pattern.search(path)), "other")


def count_call(path: str, status: int, headers: Mapping[str, str], seconds: float) -> None:
    """Note one answer; `seconds` since it was asked for."""
    kind = "429" if status == 429 else f"{status // 100}xx"
    DISCORD_CALL_SECONDS.labels(call_of(path), kind).observe(seconds)
    if status == 429:
        scope = headers.get("X-RateLimit-Scope", "")
        DISCORD_LIMITED.labels(scope if scope in SCOPES else "none").inc()
