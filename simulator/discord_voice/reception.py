"""Tells loss from lateness: counts what arrived by RTP sequence and timestamp, never by the clock.

Wall time is used only where RTP knows nothing: between two streams, and for the arrival gap.
"""

from bisect import bisect_left
from itertools import pairwise

from simulator.discord_voice.rtp import CLOCK_HZ

WINDOW_FRAMES = 128
"""A frame may be this much overtaken and still not be lost; 2.56 s, more than any player would wait."""

_REMEMBERED_STREAMS = 4
_SOUND_IS_ON = 1.0
"""A stream whose last frame is older (seconds) was paused or over: waiting for it to go on is no gap."""


def _signed(distance: int, bits: int) -> int:
    """Read a difference of two wrapping counters as the shorter way round."""
    half = 1 << (bits - 1)
    return ((distance + half) & ((1 << bits) - 1)) - half


class StreamReception:
    """What arrived of one SSRC.

    The last WINDOW_FRAMES frames are kept in order of sequence, so that a late one fills its hole;
    holes that leave the window are settled for good.
    """

    def __init__(self, sequence: int, timestamp: int) -> None:
        self._window = [(sequence, timestamp)]
        self._settled_lost = 0
        self._settled_gap_ticks = 0
        self._restarted_at: int | None = None

    @property
    def lost(self) -> int:
        """Sequence numbers between first and newest that have not come."""
        first, newest = self._window[0][0], self._window[-1][0]
        return self._settled_lost + newest - first + 1 - len(self._window)

    @property
    def max_gap_ms(self) -> float:
        """Longest timestamp distance of consecutive frames; 20 when nothing is missing."""
        distances = (after[1] - before[1] for before, after in pairwise(self._window))
        ticks = max(distances, default=0)
        return max(ticks, self._settled_gap_ticks) * 1000 / CLOCK_HZ

    def from_here(self) -> "StreamReception":
        """Count anew, with the newest frame as the one before the first: what is lost right now is still noticed."""
        sequence, timestamp = self._window[-1]
        return StreamReception(sequence & 0xFFFF, timestamp & 0xFFFFFFFF)

    def notices_restart(self, sequence: int) -> bool:
        """Whether the sender has begun a new count: two frames in a row from before the window.

        One alone may be a straggler (RFC 3550, A.1 decides the same way).
        """
        if _signed(sequence - self._window[-1][0], 16) >= -WINDOW_FRAMES:
            return False
        expected, self._restarted_at = self._restarted_at, (sequence + 1) & 0xFFFF
        return sequence == expected

    def add(self, sequence: int, timestamp: int) -> bool:
        """Count one frame; False when it is a copy, or older than the window and so stays lost."""
        newest_sequence, newest_timestamp = self._window[-1]
        distance = _signed(sequence - newest_sequence, 16)
        frame = (newest_sequence + distance, newest_timestamp + _signed(timestamp - newest_timestamp, 32))
        if distance > 0:
            self._window.append(frame)
            self._settle()
            return True
        return self._fill(frame)

    def _fill(self, frame: tuple[int, int]) -> bool:
        place = bisect_left(self._window, frame[0], key=lambda other: other[0])
        if place == 0 or self._window[place][0] == frame[0]:
            return False
        self._window.insert(place, frame)
        self._settle()
        return True

    def _settle(self) -> None:
        if len(self._window) <= WINDOW_FRAMES:
            return
        leaving = self._window.pop(0)
        follower = self._window[0]
        self._settled_lost += follower[0] - leaving[0] - 1
        self._settled_gap_ticks = max(self._settled_gap_ticks, follower[1] - leaving[1])


class GuildReception:
    """What arrived in one guild, over all the streams a moving bot leaves behind."""

    def __init__(self) -> None:
        self.frames = 0
        self._streams: dict[int, StreamReception] = {}
        self._settled_lost = 0
        self._max_gap_ms = 0.0
        self._max_arrival_gap_ms = 0.0
        self._last_arrival: float | None = None

    @property
    def lost(self) -> int:
        """Frames that were never received."""
        return self._settled_lost + sum(stream.lost for stream in self._streams.values())

    @property
    def max_gap_ms(self) -> float:
        """Longest gap: RTP time inside a stream, wall time from one stream's end to the next one's start."""
        return max([self._max_gap_ms, *(stream.max_gap_ms for stream in self._streams.values())])

    @property
    def max_arrival_gap_ms(self) -> float:
        """Longest wall time between two arrivals; says more about the machine than about the sender."""
        return self._max_arrival_gap_ms

    def from_here(self, now: float) -> "GuildReception":
        """Count anew; a loss or gap that begins now is measured from the frame before it, if sound was on just now."""
        fresh = GuildReception()
        if self._last_arrival is not None and now - self._last_arrival < _SOUND_IS_ON:
            fresh._last_arrival = self._last_arrival
        fresh._streams = {ssrc: stream.from_here() for ssrc, stream in self._streams.items()}
        return fresh

    def add(self, ssrc: int, sequence: int, timestamp: int, arrived: float) -> bool:
        """Count one frame that arrived at `arrived` monotonic seconds; False when it is not a new one."""
        stream = self._streams.get(ssrc)
        if stream is None or stream.notices_restart(sequence):
            self._open(ssrc, StreamReception(sequence, timestamp), arrived)
        elif not stream.add(sequence, timestamp):
            return False
        self.frames += 1
        self._max_arrival_gap_ms = max(self._max_arrival_gap_ms, self._since_last_ms(arrived))
        self._last_arrival = arrived
        return True

    def _open(self, ssrc: int, stream: StreamReception, arrived: float) -> None:
        self._max_gap_ms = max(self._max_gap_ms, self._since_last_ms(arrived))
        replaced = self._streams.pop(ssrc, None)
        if replaced is None and len(self._streams) >= _REMEMBERED_STREAMS:
            replaced = self._streams.pop(next(iter(self._streams)))
        if replaced is not None:
            self._settled_lost += replaced.lost
            self._max_gap_ms = max(self._max_gap_ms, replaced.max_gap_ms)
        self._streams[ssrc] = stream

    def _since_last_ms(self, arrived: float) -> float:
        return 0.0 if self._last_arrival is None else (arrived - self._last_arrival) * 1000
