"""Counts the frames a player sent and lacked, minute by minute, for the frameStats of a session."""

import time
from dataclasses import dataclass

EXPECTED_PER_MINUTE = 3000


@dataclass(frozen=True, slots=True)
class LossMinute:
    """One whole minute of one player."""

    sent: int
    nulled: int


class FrameLoss:
    """A figure is there once a whole minute has been counted, as on the real server."""

    def __init__(self) -> None:
        self._minute = 0
        self._whole = False
        self._sent = 0
        self._nulled = 0
        self.last: LossMinute | None = None

    def sent(self, frames: int = 1) -> None:
        """Count frames given to voice."""
        self._turn()
        self._sent += frames

    def nulled(self) -> None:
        """Count a frame that was asked for and not there."""
        self._turn()
        self._nulled += 1

    def _turn(self) -> None:
        minute = int(time.monotonic()) // 60
        if minute == self._minute:
            return
        self.last = LossMinute(self._sent, self._nulled) if self._whole and minute == self._minute + 1 else None
        self._whole = minute == self._minute + 1
        self._minute, self._sent, self._nulled = minute, 0, 0
