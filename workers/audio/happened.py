"""Counts what happens to tracks and voice connections."""

from __future__ import annotations

from workers.audio.counted import TRACKS, VOICE_CLOSED
from workers.player.facts import TrackEnded, TrackFailed, TrackStarted, TrackStuck, VoiceClosed

_KNOWN_CODES = frozenset({1000, 1001, 1006, *range(4001, 4023)})
"""Docs: Voice Close Event Codes, and those of websockets; a label must not be whatever somebody sends."""


def count_happened(letter: object) -> None:
    """Note what a node said."""
    match letter:
        case TrackStarted():
            TRACKS.labels("started").inc()
        case TrackEnded():
            TRACKS.labels(letter.reason).inc()
        case TrackFailed():
            TRACKS.labels("failed").inc()
        case TrackStuck():
            TRACKS.labels("stuck").inc()
        case VoiceClosed():
            VOICE_CLOSED.labels(str(letter.code) if letter.code in _KNOWN_CODES else "other").inc()
