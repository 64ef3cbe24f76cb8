"""Accepted commands until their outcome: an emptied Redis forgets them, the gateway publishes them again in order."""

from __future__ import annotations

import time
from collections.abc import Callable

from project.wire.messages import Command
from project.wire.publish import is_read

KEPT_SECONDS = 900.0
"""After 15 minutes nobody could be told the outcome."""


class KeptCommands:
    """In the order in which they were accepted; reads are not kept, they can be asked again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[float, Command]] = {}

    def keep(self, command: Command) -> None:
        """Remember an accepted command."""
        now = self._clock()
        while self._kept and now - next(iter(self._kept.values()))[0] > KEPT_SECONDS:
            del self._kept[next(iter(self._kept))]
        if not is_read(command):
            self._kept[command.id] = (now, command)

    def forget(self, command_id: str) -> None:
        """Its outcome is known."""
        self._kept.pop(command_id, None)

    def all(self) -> list[Command]:
        """Those without an outcome, oldest first."""
        return [command for _, command in self._kept.values()]
