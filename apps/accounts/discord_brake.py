"""How often sign-ins may ask Discord, which shuts out an address that it had to refuse too often: all our processes.

Discord's documentation, rate limits: 10 000 answers of 401, 403 or 429 in ten minutes. Any stranger can begin a sign-in
and come back from it with a code of their own making.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Literal

import redis
import structlog

from project.wire import keys

log = structlog.get_logger(__name__)

Door = Literal["api", "desk"]
PER_MINUTE: dict[Door, int] = {"api": 120, "desk": 30}
"""Each by itself: a stranger at the one keeps nobody from the other."""
MINUTE = 60
LONGEST_REST = 3_600
"""Seconds; longer is no rate limit."""


class TooOften(Exception):
    """Discord is not to be asked just now."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"not before {wait_s} seconds")
        self.wait_s = wait_s


class Brake:
    """Kept in Redis, for all processes; what this process knows counts besides, and alone while Redis is away."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._rests_until = 0.0
        self._used: Counter[tuple[str, int]] = Counter()

    def count(self, door: Door) -> None:
        """One sign-in more; raises TooOften."""
        minute, second = divmod(int(time.time()), MINUTE)
        rest_ms, used = self._stored(door, minute)
        with self._lock:
            self._used = Counter({key: n for key, n in self._used.items() if key[1] == minute})
            self._used[door, minute] += 1
            used = max(used, self._used[door, minute])
            rest_s = max(rest_ms / 1_000, self._rests_until - time.monotonic())
        if rest_s > 0:
            raise TooOften(int(rest_s) + 1)
        if used > PER_MINUTE[door]:
            raise TooOften(MINUTE - second)

    def rest(self, seconds: float) -> None:
        """Nobody asks Discord for so long, as it said."""
        seconds = min(LONGEST_REST, max(1.0, seconds))
        log.warning("Discord limits sign-ins", seconds=seconds)
        with self._lock:
            self._rests_until = max(self._rests_until, time.monotonic() + seconds)
        try:
            self._client.set(keys.SIGN_INS_REST, "1", px=int(seconds * 1_000))
        except (redis.RedisError, OSError) as error:
            log.warning("Other processes do not hear of it", reason=type(error).__name__)

    def _stored(self, door: Door, minute: int) -> tuple[int, int]:
        """What is left of a rest (ms), and how many sign-ins this minute has; zeros while Redis is away."""
        key = keys.sign_ins(door, minute)
        try:
            with self._client.pipeline(transaction=True) as pipe:
                pipe.pttl(keys.SIGN_INS_REST)
                pipe.incr(key)
                pipe.expire(key, 2 * MINUTE)
                rest_ms, used, _ = pipe.execute()
        except (redis.RedisError, OSError) as error:
            log.warning("A sign-in is counted by this process alone", reason=type(error).__name__)
            return 0, 0
        return max(rest_ms, 0), used
