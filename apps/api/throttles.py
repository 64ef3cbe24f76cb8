"""How many requests a guild's plan allows per minute, counted in Redis.

While Redis is away reads pass, since nothing they do can hurt; writes wait, since nobody could carry them out anyway.
"""

from __future__ import annotations

import time
from typing import Any

import redis
import structlog
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.accounts.selectors import Caller
from apps.api.problems import Problem
from apps.api.redis_clients import client
from apps.billing.selectors import features_get
from project.wire import keys

log = structlog.get_logger(__name__)

MINUTE = 60
PERSON_PER_MINUTE = 60
"""Requests of a person that concern no guild."""


class PlanThrottle(BaseThrottle):
    """Fixed minutes: simple to say, and what a client sees in the headers is true."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count it; raises Problem where a write cannot be counted."""
        caller = request.auth
        if not isinstance(caller, Caller):
            return True
        subject, limit = _budget(caller, view.kwargs.get("guild_id"))
        if limit is None:
            return True
        try:
            used = _count(subject)
        except (redis.RedisError, OSError) as error:
            log.warning("A request is not counted", reason=type(error).__name__)
            if request.method in SAFE_METHODS:
                return True
            detail = "Nothing can be changed just now. Please try again in a moment."
            raise Problem(503, "store_away", detail, retry_after=2) from error
        request.rate_limit = {  # type: ignore[attr-defined] # for View.finalize_response
            "RateLimit-Limit": str(limit),
            "RateLimit-Remaining": str(max(0, limit - used)),
            "RateLimit-Reset": str(_left()),
        }
        return used <= limit

    def wait(self) -> float:
        """Until the next minute."""
        return _left()


def _budget(caller: Caller, guild_id: int | None) -> tuple[str, int | None]:
    """Who pays for the request, and how many there may be in a minute (None: any number)."""
    if guild_id is None and caller.kind == "token":
        guild_id = next(iter(caller.guilds))
    if guild_id is None:
        return caller.identity, PERSON_PER_MINUTE
    return str(guild_id), features_get(guild_id).api_per_minute


def _count(subject: str) -> int:
    key = keys.api_requests(subject, int(time.time()) // MINUTE)
    with client.pipeline(transaction=True) as pipe:
        pipe.incr(key)
        pipe.expire(key, 2 * MINUTE)
        used: int = pipe.execute()[0]
    return used


def _left() -> int:
    return MINUTE - int(time.time()) % MINUTE
