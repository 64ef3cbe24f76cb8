"""Writing synthesised sound into the containers a node has to play."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame

from simulator.catalogue.synthesis import RATE, Sound

_CODECS: dict[str, tuple[str, str, dict[str, str]]] = {
    "opus": ("libopus", "s16", {"application": "audio", "frame_duration": "20", "compression_level": "2"}),
    "mp3": ("libmp3lame", "s16p", {"compression_level": "9"}),
    "flac": ("flac", "s16", {"compression_level": "1"}),
}
_FORMATS = {"opus": "ogg", "mp3": "mp3", "flac": "flac"}
_BITRATE = 96_000
_BLOCK = 960 * 50


def encode(sound: Sound, path: Path, container: str, tags: dict[str, str]) -> None:
    """Write mono sound as an `opus`, `mp3` or `flac` file with tags."""
    codec, sample_format, options = _CODECS[container]
    samples = (np.clip(sound, -1.0, 1.0) * 32767).astype(np.int16)
    with av.open(str(path), "w", format=_FORMATS[container]) as output:
        output.metadata.update(tags)
        stream: Any = output.add_stream(codec, rate=RATE, options=options)
        stream.layout, stream.format, stream.bit_rate = "mono", sample_format, _BITRATE
        for start in range(0, len(samples), _BLOCK):
            chunk = AudioFrame.from_ndarray(
                samples[start : start + _BLOCK].reshape(1, -1), format=sample_format, layout="mono"
            )
            chunk.sample_rate, chunk.pts, chunk.time_base = RATE, start, Fraction(1, RATE)
            output.mux(stream.encode(chunk))
        output.mux(stream.encode(None))
