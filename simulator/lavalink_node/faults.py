"""Troubles a test can order from a node: slow, wrong or missing answers, and sound that is not the track's."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame

from simulator.lavalink_node.frame_source import FRAME_SAMPLES
from simulator.lavalink_node.rtp_silence import SILENCE
from simulator.lavalink_node.tuning import SAMPLE_RATE

_TONE_SECONDS = 1
"""A whole number of Hz fits a second exactly, so the loop has no seam in its phase."""


def _tone_packets(hz: int) -> list[bytes]:
    """Encode a second of a sine."""
    encoder: Any = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = SAMPLE_RATE, "mono", "s16", 64_000
    encoder.options = {"frame_duration": "20"}
    times = np.arange(SAMPLE_RATE * _TONE_SECONDS) / SAMPLE_RATE
    samples = (0.3 * 32767 * np.sin(2 * np.pi * hz * times)).astype(np.int16)
    packets: list[bytes] = []
    for start in range(0, len(samples), FRAME_SAMPLES):
        chunk = samples[start : start + FRAME_SAMPLES].reshape(1, -1)
        sound = AudioFrame.from_ndarray(chunk, format="s16", layout="mono")
        sound.sample_rate, sound.pts = SAMPLE_RATE, start
        packets += [bytes(packet) for packet in encoder.encode(sound)]
    return packets


@dataclass(slots=True)
class SoundFaults:
    """What is wrong with the sound that leaves; shared by all voice lines of a node."""

    _lose: dict[int | None, int] = field(default_factory=dict)
    _mute: bool = False
    _tone: list[bytes] = field(default_factory=list)
    _tone_at: int = 0

    def lose_frames(self, count: int, guild_id: int | None = None) -> None:
        """Let the next `count` frames vanish, of one guild or of whichever sends first."""
        self._lose[guild_id] = self._lose.get(guild_id, 0) + count

    def mute(self) -> None:
        """Send silence instead of every track."""
        self._mute = True

    def tone(self, hz: int) -> None:
        """Send a sine of `hz` instead of every track."""
        self._tone = _tone_packets(hz)

    def clear(self) -> None:
        """Sound as it should be."""
        self._lose.clear()
        self._mute = False
        self._tone = []

    def loses_frame(self, guild_id: int) -> bool:
        """Whether this frame is to vanish; counts it."""
        if not self._lose:
            return False
        for key in (guild_id, None):
            if self._lose.get(key, 0) > 0:
                self._lose[key] -= 1
                return True
        return False

    def replaced(self, payload: bytes) -> bytes:
        """Return what is sent instead of the track's frame."""
        if self._mute:
            return SILENCE
        if self._tone:
            self._tone_at += 1
            return self._tone[self._tone_at % len(self._tone)]
        return payload


@dataclass(slots=True)
class RequestFault:
    """One trouble of the REST API and of websocket upgrades; `path` is a part of the address it strikes."""

    kind: str
    path: str = ""
    delay_ms: int = 0
    status: int = 500
    left: int | None = None
    """How often it still strikes; None for ever."""

    def strikes(self, path: str) -> bool:
        """Whether it hits this request; counts it."""
        if self.path not in path or self.left == 0:
            return False
        if self.left is not None:
            self.left -= 1
        return True


class Faults:
    """All troubles a node has at the moment."""

    def __init__(self) -> None:
        self.sound = SoundFaults()
        self._requests: list[RequestFault] = []
        self._cleared = asyncio.Event()

    def add(self, fault: RequestFault) -> None:
        """Make requests suffer from now on."""
        self._requests.append(fault)

    def clear(self) -> None:
        """End all troubles; hanging requests go on."""
        self.sound.clear()
        self._requests.clear()
        self._cleared.set()
        self._cleared = asyncio.Event()

    async def suffer(self, path: str) -> int | None:
        """Wait as ordered; returns the status to answer with instead of the real answer, if any."""
        status = None
        for fault in [fault for fault in self._requests if fault.strikes(path)]:
            if fault.kind == "delay":
                await asyncio.sleep(fault.delay_ms / 1000)
            elif fault.kind == "hang":
                await self._cleared.wait()
            else:
                status = fault.status
        return status
