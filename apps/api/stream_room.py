"""Room for the event streams of one process: each has a connection to Redis, and nobody may take all of them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from apps.accounts.selectors import Caller

MOST = 500
DESK_ROOM = 50
"""Of these, what only the support desk may take."""
MOST_OF_GUILD = 10
"""The desk's streams of a guild count by themselves."""
MOST_OF_CALLER = 20
"""Whoever manages a guild may listen to it, whether the bot is there or not; and one can manage a hundred."""
DESK = "desk"


class StreamRoom:
    """Counts what is open, by guild and by whose it is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: Counter[tuple[int, str]] = Counter()

    def has_room(self, guild_id: int, whose: str) -> bool:
        """Whether one more stream may be opened; `whose` is DESK, or as `whose_is` says."""
        with self._lock:
            opened = list(self._open.items())
        total = sum(n for _, n in opened)
        of_guild = sum(n for (guild, who), n in opened if guild == guild_id and (who == DESK) == (whose == DESK))
        of_caller = sum(n for (_, who), n in opened if who == whose)
        if of_guild >= MOST_OF_GUILD:
            return False
        return total < MOST if whose == DESK else total < MOST - DESK_ROOM and of_caller < MOST_OF_CALLER

    @contextmanager
    def taken(self, guild_id: int, whose: str) -> Iterator[None]:
        """A stream is open for as long."""
        with self._lock:
            self._open[guild_id, whose] += 1
        try:
            yield
        finally:
            with self._lock:
                self._open[guild_id, whose] -= 1
                if not self._open[guild_id, whose]:
                    del self._open[guild_id, whose]


ROOM = StreamRoom()


def whose_is(caller: Caller) -> str:
    """A person and the tokens that they made count as one."""
    return f"user:{caller.user_id}" if caller.user_id else caller.identity
