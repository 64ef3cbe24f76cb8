"""Opus to and from PCM with the libopus that PyAV brings along, so no system library is needed."""

from typing import cast

import av
from av.audio.codeccontext import AudioCodecContext

SAMPLE_HZ = 48_000
CHANNELS = 2
BLOCK_SAMPLES = 960
BLOCK_BYTES = BLOCK_SAMPLES * CHANNELS * 2
"""20 ms of signed 16-bit stereo."""

SILENCE_FRAME = b"\xf8\xff\xfe"
"""Senders close a run of speech with five of these (Discord, Voice Data Interpolation)."""

_CELT_TICKS = (120, 240, 480, 960)
_SILK_TICKS = (480, 960, 1920, 2880)
_HYBRID_TICKS = (480, 960)


class BadOpusError(ValueError):
    """The payload is no Opus packet."""


def frame_samples(payload: bytes) -> int:
    """Return how many samples a packet lasts, read from its first bytes (RFC 6716, 3.1)."""
    if not payload:
        raise BadOpusError("an empty payload")
    config, code = payload[0] >> 3, payload[0] & 3
    if config < 12:
        ticks = _SILK_TICKS[config & 3]
    elif config < 16:
        ticks = _HYBRID_TICKS[config & 1]
    else:
        ticks = _CELT_TICKS[config & 3]
    if code < 3:
        return ticks * (1, 2, 2)[code]
    if len(payload) < 2:
        raise BadOpusError("the frame count is cut off")
    return ticks * (payload[1] & 0x3F)


def _context(mode: str) -> AudioCodecContext:
    context = cast(AudioCodecContext, av.CodecContext.create("libopus", mode))  # type: ignore[call-overload]
    context.sample_rate = SAMPLE_HZ
    context.layout = "stereo"
    context.format = "s16"
    return context


class OpusEncoder:
    """Turns 20 ms PCM blocks into Opus frames; stateful, one per stream."""

    def __init__(self, bit_rate: int = 128_000) -> None:
        self._context = _context("w")
        self._context.bit_rate = bit_rate
        self._context.options = {"frame_duration": "20", "application": "audio"}
        self._samples = 0

    def encode(self, block: bytes) -> bytes:
        """Encode exactly BLOCK_BYTES of s16 stereo at 48 kHz."""
        if len(block) != BLOCK_BYTES:
            raise ValueError(f"a block has {BLOCK_BYTES} bytes, not {len(block)}")
        frame = av.AudioFrame(format="s16", layout="stereo", samples=BLOCK_SAMPLES)
        frame.planes[0].update(block)
        frame.sample_rate = SAMPLE_HZ
        frame.pts = self._samples
        self._samples += BLOCK_SAMPLES
        return b"".join(bytes(packet) for packet in self._context.encode(frame))


class OpusDecoder:
    """Turns Opus frames into PCM; stateful, one per listener and stream."""

    def __init__(self) -> None:
        self._context = _context("r")

    def decode(self, payload: bytes) -> bytes:
        """Return s16 stereo PCM at 48 kHz; BadOpusError when the payload is none."""
        if not payload:
            raise BadOpusError("an empty payload")
        try:
            frames = self._context.decode(av.Packet(payload))
        except av.FFmpegError as error:
            raise BadOpusError(f"{len(payload)} bytes that do not decode") from error
        return b"".join(bytes(frame.planes[0])[: frame.samples * CHANNELS * 2] for frame in frames)
