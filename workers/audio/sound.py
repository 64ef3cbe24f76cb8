"""Measures what a guild hears, for operators: how soon the first sound came, how much was played, and what was missed.

Nodes tell a position every 5 s. What the position has not advanced in that time was not heard, however often the
player moved between nodes meanwhile; so no report needs to be near the gap that it shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workers.audio.counted import GAP_SECONDS, PLAYED_SECONDS, SOUND_MISSED, SOUND_SECONDS
from workers.player.effects import Effect, SeekTo, SetPaused, StopTrack
from workers.player.facts import PositionReported

GAP_MS = 500
"""Shorter ones are within what clocks and positions are off by."""
MISSED_MS = 30_000
"""What was not heard by then is missed."""


@dataclass(slots=True)
class _Heard:
    entry: int
    position_ms: int
    at_ms: int


class Sound:
    """One guild's."""

    __slots__ = ("_asked_ms", "_heard")

    def __init__(self) -> None:
        self._asked_ms: int | None = None
        """When a member in silence wished to hear something, on Discord's clock."""
        self._heard: _Heard | None = None

    def asked(self, issued_ms: int) -> None:
        """A member wishes to hear something while nothing plays."""
        if self._asked_ms is None:
            self._asked_ms = issued_ms

    def told(self, effects: Iterable[Effect]) -> None:
        """What is done on purpose is no gap."""
        if any(isinstance(effect, SeekTo | SetPaused | StopTrack) for effect in effects):
            self._heard = None

    def reported(self, fact: PositionReported, entry: int | None) -> None:
        """The node says where it is; `entry` is what should be heard, if anything."""
        if entry is None or not fact.connected:
            if entry is None:
                self._heard = None
            return
        self._first(fact)
        before = self._heard
        if before is not None and before.entry == entry and fact.position_ms >= before.position_ms:
            heard_ms = fact.position_ms - before.position_ms
            PLAYED_SECONDS.inc(heard_ms / 1000)
            missed_ms = fact.at_ms - before.at_ms - heard_ms
            if missed_ms >= GAP_MS:
                GAP_SECONDS.observe(missed_ms / 1000)
        self._heard = _Heard(entry, fact.position_ms, fact.at_ms)

    def listen(self, now_ms: int, *, should_play: bool) -> None:
        """Asked every second: a wish that was not granted in time is missed, one that was refused is forgotten."""
        if self._asked_ms is not None and now_ms - self._asked_ms >= MISSED_MS:
            self._asked_ms = None
            if should_play:
                SOUND_MISSED.inc()

    def _first(self, fact: PositionReported) -> None:
        """A position tells when the sound began; one that did not begin at 0 tells nothing."""
        if self._asked_ms is None or fact.position_ms <= 0:
            return
        waited_ms = fact.at_ms - fact.position_ms - self._asked_ms
        self._asked_ms = None
        if waited_ms >= 0:
            SOUND_SECONDS.observe(waited_ms / 1000)
