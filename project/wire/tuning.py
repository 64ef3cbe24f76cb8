"""Orders about how the music sounds beyond the presets."""

from __future__ import annotations

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
