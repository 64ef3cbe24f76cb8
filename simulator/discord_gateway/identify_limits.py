"""One IDENTIFY per concurrency bucket and five seconds, as max_concurrency allows."""

from typing import Any

from simulator.world.time_rules import Clock


class IdentifyLimits:
    """`violations` lists the identifies that came too early, for tests to read."""

    def __init__(self, clock: Clock, *, max_concurrency: int, window: float) -> None:
        self._clock = clock
        self._max_concurrency = max_concurrency
        self._window = window
        self._last: dict[int, float] = {}
        self.violations: list[dict[str, Any]] = []

    def forget(self) -> None:
        """As if nobody had identified lately."""
        self._last.clear()

    def allows(self, shard_id: int) -> bool:
        bucket = shard_id % self._max_concurrency
        now = self._clock()
        last = self._last.get(bucket)
        if last is not None and now - last < self._window:
            early = {"shard": shard_id, "bucket": bucket, "early_by": round(self._window - (now - last), 3)}
            self.violations.append({"at": now, **early})
            return False
        self._last[bucket] = now
        return True
