"""How many commands a guild may send, so that one guild cannot crowd out the others of its slot."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

COMMANDS = 10
SECONDS = 5.0
_SWEEP_AT = 10_000


class GuildRate:
    """At most COMMANDS within any SECONDS per guild; refused ones do not count."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._taken: dict[int, deque[float]] = {}

    def allow(self, guild_id: int) -> bool:
        """Whether the guild may send one more now; counts it if so."""
        now = self._clock()
        taken = self._taken.setdefault(guild_id, deque())
        while taken and now - taken[0] >= SECONDS:
            taken.popleft()
        if len(taken) >= COMMANDS:
            return False
        taken.append(now)
        if len(self._taken) > _SWEEP_AT:
            self._taken = {guild: times for guild, times in self._taken.items() if now - times[-1] < SECONDS}
        return True
