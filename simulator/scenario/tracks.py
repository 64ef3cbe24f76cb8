"""What a check plays: tones, because a tone that is heard says which track plays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.catalogue import ensure_catalogue


@dataclass(frozen=True, slots=True)
class Tracks:
    """What to type to hear a long 440 Hz tone and a short tone of another pitch, and their titles."""

    long: str
    long_hz: float
    short: str
    short_title: str | None
    """None where an outside node names the track in its own way."""
    short_hz: float
    short_seconds: float

    @classmethod
    def of_catalogue(cls, folder: Path, *, by_path: bool) -> Tracks:
        """Search words for the simulator's own node; file paths for an outside node, which has no such search."""
        tones = sorted((track for track in ensure_catalogue(folder).tracks if track.tone_hz), key=_length)
        short, long = tones[0], tones[-1]
        return cls(
            long=str(long.file) if by_path else long.title,
            long_hz=long.tone_hz or 0.0,
            short=str(short.file) if by_path else short.title,
            short_title=None if by_path else short.title,
            short_hz=short.tone_hz or 0.0,
            short_seconds=short.duration_ms / 1000,
        )


def _length(track: Any) -> int:
    return int(track.duration_ms)
