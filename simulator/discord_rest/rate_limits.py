"""Discord's rate limits: a bucket per route and major parameter, and the global 50 requests per second."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from simulator.world.time_rules import Clock

_KEPT_BUCKETS = 20_000


@dataclass(frozen=True, slots=True)
class Allowance:
    requests: int
    seconds: float


DEFAULT_ALLOWANCE = Allowance(50, 1.0)
GLOBAL_ALLOWANCE = Allowance(50, 1.0)

ALLOWANCES: Mapping[str, Allowance] = {
    "POST /channels/{channel_id}/messages": Allowance(5, 5.0),
    "PATCH /channels/{channel_id}/messages/{message_id}": Allowance(5, 5.0),
    "DELETE /channels/{channel_id}/messages/{message_id}": Allowance(5, 1.0),
    "GET /channels/{channel_id}/messages": Allowance(5, 1.0),
    "POST /webhooks/{webhook_id}/{webhook_token}": Allowance(5, 2.0),
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original": Allowance(5, 2.0),
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": Allowance(5, 2.0),
    "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original": Allowance(5, 2.0),
    "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": Allowance(5, 2.0),
}
"""As observed at Discord, which documents none of these numbers and may change them any day."""
_MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token", "interaction_id", "interaction_token")


@dataclass(slots=True)
class _Window:
    started: float
    used: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the headers say, and whether the request is refused with 429."""

    refused: bool
    is_global: bool
    limit: int
    remaining: int
    reset: float
    reset_after: float
    bucket: str

    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": f"{self.reset:.3f}",
            "X-RateLimit-Reset-After": f"{self.reset_after:.3f}",
            "X-RateLimit-Bucket": self.bucket,
        }


class RateLimits:
    """Fixed windows, as Discord's headers describe them."""

    def __init__(
        self,
        clock: Clock,
        *,
        allowances: Mapping[str, Allowance] = ALLOWANCES,
        default: Allowance = DEFAULT_ALLOWANCE,
        overall: Allowance = GLOBAL_ALLOWANCE,
    ) -> None:
        self._clock = clock
        self._allowances = allowances
        self._default = default
        self._overall = overall
        self._windows: OrderedDict[str, _Window] = OrderedDict()
        self._global = _Window(0.0, 0)
        self._hashes: dict[str, str] = {}

    def spend(self, route: str, parameters: Mapping[str, str], *, counts_globally: bool) -> Verdict:
        """Takes one request from its bucket; `route` is like 'GET /channels/{channel_id}'."""
        now = self._clock()
        allowance = self._allowances.get(route, self._default)
        bucket = self._hash(route)
        key = ":".join((bucket, *(parameters[name] for name in _MAJOR if name in parameters)))
        if counts_globally and not _take(self._global, self._overall, now):
            wait = self._global.started + self._overall.seconds - now
            return Verdict(True, True, self._overall.requests, 0, now + wait, wait, bucket)
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = _Window(now, 0)
            if len(self._windows) > _KEPT_BUCKETS:
                self._windows.popitem(last=False)
        allowed = _take(window, allowance, now)
        wait = max(0.0, window.started + allowance.seconds - now)
        left = max(0, allowance.requests - window.used)
        return Verdict(not allowed, False, allowance.requests, left, now + wait, wait, bucket)

    def _hash(self, route: str) -> str:
        known = self._hashes.get(route)
        if known is None:
            known = self._hashes[route] = hashlib.sha256(route.encode()).hexdigest()[:32]
        return known


def _take(window: _Window, allowance: Allowance, now: float) -> bool:
    if now - window.started >= allowance.seconds:
        window.started, window.used = now, 0
    if window.used >= allowance.requests:
        return False
    window.used += 1
    return True
