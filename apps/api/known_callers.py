"""Who a bearer token stood for a moment ago: a program that asks again need not be looked up again."""

from __future__ import annotations

import time

from apps.accounts.secret import digest_of
from apps.accounts.selectors import Caller, caller_of

KNOWN_SECONDS = 2.0
"""So long a token that another process has revoked, or that is over, may still be good here."""
MOST_KNOWN = 10_000

_known: dict[str, tuple[float, Caller]] = {}
"""Digest -> until when, and who. Requests run in threads: each step on it is one that Python does at once."""


def known_caller(secret: str) -> Caller:
    """Who asks with this token; raises TokenRefused, which is never remembered."""
    digest, now = digest_of(secret), time.monotonic()
    until, caller = _known.get(digest, (0.0, None))
    if caller is None or until <= now:
        caller = caller_of(secret)
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[digest] = (now + KNOWN_SECONDS, caller)
    return caller


def forget_callers() -> None:
    """Something was revoked here: it opens nothing from now on."""
    _known.clear()
