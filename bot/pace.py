"""How often a guild's player message may change: below Discord's limit, so that what waits is replaced and not sent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

BURST = 2
"""So many changes are shown at once."""
SECONDS_EACH = 5 / 3
"""Then one in this time: with the burst 5 in 5 s, which Discord is seen to allow per channel."""
_SWEEP_AT = 10_000


class Pace:
    """A token bucket per guild."""

    def __init__(
        self, *, burst: int = BURST, seconds_each: float = SECONDS_EACH, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst, self._each = burst, seconds_each
        self._clock = clock
        self._full_at: dict[int, float] = {}
        """When a guild's bucket will be full again."""

    async def turn(self, guild_id: int) -> None:
        """Wait until the guild's next change may be shown, and count it."""
        await asyncio.sleep(self.take(guild_id))

    def take(self, guild_id: int) -> float:
        """Count one change; seconds after which it may be shown."""
        now = self._clock()
        full_at = max(now, self._full_at.get(guild_id, now)) + self._each
        self._full_at[guild_id] = full_at
        if len(self._full_at) > _SWEEP_AT:
            self._full_at = {guild: at for guild, at in self._full_at.items() if at > now}
        return max(0.0, full_at - now - self._burst * self._each)
