"""How often player messages may change: below Discord's limits, so that what waits is replaced and not sent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

BURST = 2
"""So many changes are shown at once."""
SECONDS_EACH = 5 / 3
"""Then one in this time: with the burst 5 in 5 s, which Discord is seen to allow per channel."""
_SWEEP_AT = 10_000
PER_SECOND = 20.0
"""Changes of a whole bot. Discord takes 50 requests a second from a bot; a message that is buried costs three."""
BURST_OF_ALL = 10


class BotPace:
    """A token bucket for all guilds of a process, which has a share of the bot's shards and the same of its changes.

    Discord's 429 for the whole bot stops every other request that is bound to its global limit.
    """

    def __init__(
        self, share: Callable[[], float], *, per_second: float = PER_SECOND, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`share` is above 0 and at most 1."""
        self._share, self._per_second, self._clock = share, per_second, clock
        self._full_at = float("-inf")

    def take(self) -> float:
        """Count one change; seconds after which it may be shown."""
        now, each = self._clock(), 1 / (self._per_second * self._share())
        self._full_at = max(now, self._full_at) + each
        return max(0.0, self._full_at - now - BURST_OF_ALL * each)


class Pace:
    """A token bucket per guild, and behind it that of the whole bot."""

    def __init__(
        self,
        whole: BotPace,
        *,
        burst: int = BURST,
        seconds_each: float = SECONDS_EACH,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._whole = whole
        self._burst, self._each = burst, seconds_each
        self._clock = clock
        self._full_at: dict[int, float] = {}
        """When a guild's bucket will be full again."""

    async def turn(self, guild_id: int) -> None:
        """Wait until the guild's next change may be shown, and count it."""
        await asyncio.sleep(self.take(guild_id))
        await asyncio.sleep(self._whole.take())

    def take(self, guild_id: int) -> float:
        """Count one change; seconds after which it may be shown."""
        now = self._clock()
        full_at = max(now, self._full_at.get(guild_id, now)) + self._each
        self._full_at[guild_id] = full_at
        if len(self._full_at) > _SWEEP_AT:
            self._full_at = {guild: at for guild, at in self._full_at.items() if at > now}
        return max(0.0, full_at - now - self._burst * self._each)
