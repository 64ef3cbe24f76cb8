"""Accepted commands until their outcome: an emptied Redis forgets them, the gateway publishes them again in order."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from project.wire.messages import Command
from project.wire.publish import is_read

KEPT_SECONDS = 900.0
"""After 15 minutes nobody could be told the outcome."""


@dataclass(slots=True)
class _Kept:
    command: Command
    since: float
    accepted: bool = False


class KeptCommands:
    """In the order in which they were sent; reads are not kept, they can be asked again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, _Kept] = {}

    def keep(self, command: Command) -> None:
        """Remember a command that is being published: its outcome may come before Redis's answer does."""
        self._forget_old()
        if not is_read(command):
            self._kept[command.id] = _Kept(command, self._clock())

    def accepted(self, command_id: str) -> None:
        """Redis has it: it must have an outcome."""
        if kept := self._kept.get(command_id):
            kept.accepted = True

    def forget(self, command_id: str) -> None:
        """Its outcome is known, or it will never run."""
        self._kept.pop(command_id, None)

    def holds(self, command_id: str) -> bool:
        """Whether it still lacks an outcome."""
        self._forget_old()
        return command_id in self._kept

    def all(self) -> list[Command]:
        """Accepted ones without an outcome, oldest first."""
        self._forget_old()
        return [kept.command for kept in self._kept.values() if kept.accepted]

    def _forget_old(self) -> None:
        now = self._clock()
        while self._kept and now - next(iter(self._kept.values())).since > KEPT_SECONDS:
            del self._kept[next(iter(self._kept))]
