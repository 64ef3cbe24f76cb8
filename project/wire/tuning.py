"""Orders about how the music sounds beyond the presets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from project.wire.wish import Wish

BANDS = (
    "25 Hz",
    "40 Hz",
    "63 Hz",
    "100 Hz",
    "160 Hz",
    "250 Hz",
    "400 Hz",
    "630 Hz",
    "1 kHz",
    "1.6 kHz",
    "2.5 kHz",
    "4 kHz",
    "6.3 kHz",
    "10 kHz",
    "16 kHz",
)
"""Lavalink's equalizer as members know it: around which tone each band is, the lowest first; orders count from 1."""


PRESET_SPEEDS: Mapping[str, float] = {"nightcore": 1.2, "vaporwave": 0.85}
"""Presets that play faster or slower; of several the one that was switched on last counts."""


def playing_rate(filters: Mapping[str, Any]) -> float:
    """How many seconds of the track pass in one second, by a player's saved filters."""
    preset = 1.0
    for name in filters.get("presets", ()):
        preset = PRESET_SPEEDS.get(name, preset)
    return round(preset * int(filters.get("speed", 100)) / 100, 3)


class SetEqualizer(Wish, tag="equalizer", frozen=True, kw_only=True):
    """Raise or lower one of the 15 bands (from 1, the lowest), in per cent: -25 mutes it, 0 leaves it, 100 doubles."""

    band: int
    gain: int


class SetSpeed(Wish, tag="speed", frozen=True, kw_only=True):
    """How fast it plays, in per cent; the pitch stays."""

    percent: int


class SetPitch(Wish, tag="pitch", frozen=True, kw_only=True):
    """How high it sounds, in per cent; the speed stays."""

    percent: int
