"""Whether what should be heard from a guild is heard: its node has a voice connection, and the position moves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from workers.audio.sound import Sound
from workers.player.effects import Effect
from workers.player.facts import PositionReported, Unheard

UNHEARD_MS = 12_000
"""Nodes report positions every 5 s: two were missed or bad."""
RUNG_MS = 8_000
"""How long each attempt to mend it may take; the last comes before the node gives up, after 61 s (TRAPS 5)."""

_RUNGS: tuple[Literal[1, 2, 3, 4], ...] = (1, 2, 3, 4)


class Ear:
    """One guild's. Told of reports as they come, and asked regularly."""

    def __init__(self) -> None:
        self._heard_ms: int | None = None
        self._position_ms = -1
        self._rung = 0
        self._sound = Sound()

    def asked(self, issued_ms: int) -> None:
        """A member wishes to hear something while nothing plays."""
        self._sound.asked(issued_ms)

    def told(self, effects: Iterable[Effect]) -> None:
        """The node is told so."""
        self._sound.told(effects)

    def reported(self, fact: PositionReported, now_ms: int, entry: int | None = None) -> None:
        """The node says where it is; `entry` is what should be heard."""
        self._sound.reported(fact, entry)
        if fact.connected and fact.position_ms != self._position_ms:
            self._heard_ms, self._rung = now_ms, 0
        self._position_ms = fact.position_ms

    def listen(self, now_ms: int, *, should_play: bool) -> Unheard | None:
        """What is to be done now, if anything."""
        self._sound.listen(now_ms, should_play=should_play)
        if not should_play or self._heard_ms is None:
            self._heard_ms, self._rung = now_ms, 0
            return None
        if now_ms - self._heard_ms < UNHEARD_MS + self._rung * RUNG_MS or self._rung >= len(_RUNGS):
            return None
        self._rung += 1
        return Unheard(_RUNGS[self._rung - 1], now_ms)
