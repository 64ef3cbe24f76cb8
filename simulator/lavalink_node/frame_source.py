"""Turning a track's file into 20 ms Opus frames: passed through where it is Opus already, else encoded."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import av
import av.error
from av.audio.frame import AudioFrame
from av.filter import Graph

from simulator.lavalink_node.tuning import SAMPLE_RATE, Tuning

FRAME_MS = 20
FRAME_SAMPLES = 960
BITRATE = 128_000
_BAD_SUBFRAME = "java.lang.IllegalStateException: Subframe header must start with 0 bit."
_FORGIVING = ("mp3", "mp3float")
"""Decoders after whose errors lavaplayer ends the track as if it were over, without an exception."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One Opus packet of 20 ms and the place in the track, in milliseconds, where the next one begins."""

    payload: bytes
    next_ms: float


class DecodingError(Exception):
    """The sound broke off inside the track; the message is the cause a Java server would name."""


class FrameSource(Protocol):
    """Frames in order; blocking, for one thread at a time."""

    def read(self, count: int) -> list[Frame]:
        """Return `count` frames, fewer at the end; DecodingError or OSError when the track breaks off."""
        ...

    def seek(self, at_ms: float) -> None:
        """Go on reading from there."""
        ...


def _is_one_20ms_frame(packet: bytes) -> bool:
    """Read Opus's first byte (RFC 6716, 3.1): configuration and number of frames."""
    configuration, code = packet[0] >> 3, packet[0] & 3
    if configuration < 12:
        return code == 0 and configuration & 3 == 1
    if configuration < 16:
        return code == 0 and configuration & 1 == 1
    return code == 0 and configuration & 3 == 3


class PassThrough:
    """Opus packets as they lie in the file."""

    def __init__(self, container: Any) -> None:
        self._container = container
        self._stream = container.streams.audio[0]
        self._at_ms = 0.0
        self._skip_to_ms = 0.0
        self._packets = container.demux(self._stream)

    def read(self, count: int) -> list[Frame]:
        """Return the next packets, each of them one frame."""
        frames: list[Frame] = []
        while len(frames) < count:
            packet = next(self._packets, None)
            if packet is None or packet.size == 0:
                break
            if self._skip_to_ms and self._start_ms(packet) + FRAME_MS <= self._skip_to_ms:
                continue
            self._at_ms += FRAME_MS
            frames.append(Frame(bytes(packet), self._at_ms))
        return frames

    def seek(self, at_ms: float) -> None:
        """Go to the page before, then skip packets up to the place."""
        self._container.seek(int(at_ms * 1000))
        self._packets = self._container.demux(self._stream)
        self._at_ms = self._skip_to_ms = at_ms

    @staticmethod
    def _start_ms(packet: Any) -> float:
        return float((packet.pts or 0) * packet.time_base) * 1000


class Transcoder:
    """Any other file, or one whose volume or filters are touched: decoded, filtered, encoded anew."""

    def __init__(self, container: Any, tuning: Tuning) -> None:
        self._container = container
        self._stream = container.streams.audio[0]
        # Decoding in threads of its own costs more than it gains for audio.
        self._stream.thread_type = "NONE"
        self._tuning = tuning
        self._at_ms = 0.0
        self._skip_to_ms = 0.0
        self._encoder = _encoder()
        self._encoded = 0
        # libav leaves damaged FLAC frames out without a word; lavaplayer breaks off there.
        self._is_flac = self._stream.codec_context.name == "flac"
        self._sounds = self._filtered()

    def read(self, count: int) -> list[Frame]:
        """Decode, filter and encode the next frames."""
        frames: list[Frame] = []
        for sound in self._sounds:
            for packet in self._encode(sound):
                self._at_ms += FRAME_MS * self._tuning.speed
                frames.append(Frame(packet, self._at_ms))
            if len(frames) >= count:
                break
        return frames

    def seek(self, at_ms: float) -> None:
        """Go to the key frame before, then drop decoded sound up to the place."""
        self._container.seek(int(at_ms * 1000))
        self._at_ms = self._skip_to_ms = at_ms
        self._sounds = self._filtered()

    def _encode(self, sound: AudioFrame) -> list[bytes]:
        sound.pts = self._encoded * FRAME_SAMPLES
        self._encoded += 1
        return [bytes(packet) for packet in self._encoder.encode(sound)]

    def _filtered(self) -> Iterator[AudioFrame]:
        """Yield stereo frames of exactly 960 samples, the last one filled up with silence."""
        graph: Graph | None = None
        for sound in self._decoded():
            if graph is None:
                graph = _graph(sound, self._tuning)
            graph.push(sound)
            yield from _pulled(graph)
        if graph is not None:
            graph.push(None)
            yield from _pulled(graph)

    def _decoded(self) -> Iterator[AudioFrame]:
        heard_until = 0.0
        try:
            for sound in self._container.decode(self._stream):
                starts_ms = heard_until if sound.time is None else sound.time * 1000
                if self._is_flac and self._misses_frames(sound, heard_until):
                    raise DecodingError(_BAD_SUBFRAME)
                heard_until = starts_ms + sound.samples * 1000 / sound.sample_rate
                # Timestamps of different containers start and step differently; order is all that counts.
                sound.pts = None
                if heard_until > self._skip_to_ms:
                    yield sound
        except av.error.InvalidDataError as error:
            if self._stream.codec_context.name in _FORGIVING:
                return
            raise DecodingError(_BAD_SUBFRAME) from error
        if self._cut_short(heard_until):
            raise DecodingError("java.io.EOFException: Bit stream needs more bytes")

    def _misses_frames(self, sound: AudioFrame, heard_until_ms: float) -> bool:
        if sound.time is None:
            return True
        just_sought = heard_until_ms == 0.0 and self._skip_to_ms > 0.0
        return not just_sought and sound.time * 1000 > heard_until_ms + FRAME_MS

    def _cut_short(self, heard_until_ms: float) -> bool:
        """Whether a FLAC file, which says how many samples it has, ended too early."""
        if not self._is_flac or self._container.duration is None:
            return False
        return bool(heard_until_ms + FRAME_MS < self._container.duration / 1000)


def _encoder() -> Any:
    encoder: Any = av.CodecContext.create("libopus", "w")
    encoder.sample_rate = SAMPLE_RATE
    encoder.layout = "stereo"
    encoder.format = "s16"
    encoder.bit_rate = BITRATE
    # Half the cost of full complexity (0.55 % of a core instead of 0.81 %), and no tone shifts.
    encoder.options = {"application": "audio", "frame_duration": str(FRAME_MS), "compression_level": "5"}
    return encoder


def _graph(first: AudioFrame, tuning: Tuning) -> Graph:
    graph = Graph()
    nodes = [graph.add_abuffer(format=first.format.name, sample_rate=first.sample_rate, layout=first.layout.name)]
    stereo = f"sample_rates={SAMPLE_RATE}:channel_layouts=stereo"
    # libav's own way from mono to stereo would take 3 dB away.
    doubled = [("pan", "stereo|c0=c0|c1=c0")] if first.layout.nb_channels == 1 else []
    chain = [
        *doubled,
        ("aformat", stereo),
        *tuning.chain(),
        ("aformat", f"sample_fmts=s16:{stereo}"),
        ("asetnsamples", f"n={FRAME_SAMPLES}:p=1"),
    ]
    nodes += [graph.add(name, arguments) for name, arguments in chain]
    nodes.append(graph.add("abuffersink"))
    graph.link_nodes(*nodes).configure()
    return graph


def _pulled(graph: Graph) -> Iterator[AudioFrame]:
    # The sink says with these two that it needs more input, or that all is out.
    with suppress(av.error.BlockingIOError, av.error.EOFError):
        while True:
            sound = graph.pull()
            if isinstance(sound, AudioFrame):
                yield sound


def open_source(stream: Any, tuning: Tuning) -> FrameSource:
    """Open a track's bytes; DecodingError when there is no sound in them."""
    try:
        container = av.open(stream, metadata_errors="replace")
    except av.error.FFmpegError as error:
        raise DecodingError(f"java.lang.IllegalStateException: {error}") from error
    if not container.streams.audio:
        raise DecodingError("java.lang.IllegalStateException: No supported audio track found.")
    is_opus = container.streams.audio[0].codec_context.name in ("opus", "libopus")
    if is_opus and tuning.untouched and _first_packet_fits(container):
        return PassThrough(container)
    return Transcoder(container, tuning)


def _first_packet_fits(container: Any) -> bool:
    packet = next(container.demux(container.streams.audio[0]), None)
    fits = packet is not None and packet.size > 0 and _is_one_20ms_frame(bytes(packet))
    container.seek(0)
    return fits
