"""Does what staff wish of nodes and guilds, as it lies in PostgreSQL: a word of Redis only makes it sooner."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import structlog

from workers.audio.fleet import Fleet
from workers.ports import PortFailed
from workers.staff_ports import StaffBoard

log = structlog.get_logger()

LOOK_SECONDS = 2.0


class Obedience:
    """One per process. `in_voice` tells whether a guild is in a channel; `changed` has its player look at its terms."""

    def __init__(
        self, board: StaffBoard, fleet: Fleet, in_voice: Callable[[int], bool], changed: Callable[[int], None]
    ) -> None:
        self._board, self._fleet = board, fleet
        self._in_voice, self._changed = in_voice, changed
        self._blocked: frozenset[int] = frozenset()
        self._hurried = asyncio.Event()

    def hurry(self) -> None:
        """Staff wish something else than before."""
        self._hurried.set()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hurried.wait(), LOOK_SECONDS)
            self._hurried.clear()

    async def look(self) -> None:
        """Once; while PostgreSQL is away the last known wishes hold."""
        try:
            wishes = await self._board.wishes()
        except PortFailed as error:
            log.warning("What staff wish cannot be read; what they wished last holds", error=str(error))
            return
        self._fleet.wish_drained(wishes.drained)
        before, self._blocked = self._blocked, wishes.blocked
        for guild_id in before ^ wishes.blocked:
            self._changed(guild_id)
        for guild_id in wishes.blocked & before:
            if self._in_voice(guild_id):  # it came into memory since, or could not read its terms when it was told
                self._changed(guild_id)
