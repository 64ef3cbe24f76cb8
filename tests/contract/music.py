"""The media files of the recordings, synthesised anew: ten seconds of 440 Hz in every container, and broken ones."""

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame

_BLOCK = 1152
_TONE_HZ = 440
_LONG = 60
_TAGS = {"title": "Tone 440", "artist": "Sine"}

# File name, codec, sampling rate, sample format, seconds.
_FILES: tuple[tuple[str, str, int, str, float], ...] = (
    ("tone10.mp3", "libmp3lame", 44100, "fltp", 10),
    ("tone10.flac", "flac", 44100, "s16", 10),
    ("tone10.ogg", "flac", 44100, "s16", 10),
    ("tone10.opus", "libopus", 48000, "s16", 10),
    ("tone10.m4a", "aac", 44100, "fltp", 10),
    ("tone10.webm", "libopus", 48000, "s16", 10),
    ("tone10.mka", "libopus", 48000, "s16", 10),
    ("tone10.aac", "aac", 44100, "fltp", 10),
    ("tone10.wav", "pcm_s16le", 44100, "s16", 10),
    ("tone3.wav", "pcm_s16le", 44100, "s16", 3),
    ("tone300.mp3", "libmp3lame", 44100, "fltp", 300),
    ("notags.mp3", "libmp3lame", 44100, "fltp", 10),
)


def _write(path: Path, codec: str, rate: int, sample_format: str, seconds: float) -> None:
    # The long one is mono, which halves the time it takes to make.
    layout = "mono" if seconds > _LONG else "stereo"
    with av.open(str(path), "w") as output:
        if not path.name.startswith("notags"):
            output.metadata.update(_TAGS)
        stream: Any = output.add_stream(codec, rate=rate)
        stream.layout, stream.format = layout, sample_format
        if codec == "libmp3lame":
            stream.bit_rate, stream.options = 128_000, {"compression_level": "9"}
        samples = _sine(rate, seconds, sample_format)[: 1 if layout == "mono" else 2]
        for start in range(0, samples.shape[-1] // (1 if sample_format == "fltp" else 2), _BLOCK):
            output.mux(stream.encode(_frame(samples, start, rate, sample_format, layout)))
        output.mux(stream.encode(None))


def _sine(rate: int, seconds: float, sample_format: str) -> Any:
    times = np.arange(int(rate * seconds)) / rate
    sine = 0.3 * np.sin(2 * np.pi * _TONE_HZ * times)
    if sample_format == "fltp":
        return np.stack([sine, sine]).astype(np.float32)
    return np.repeat((sine * 32767).astype(np.int16), 2).reshape(1, -1)


def _frame(samples: Any, start: int, rate: int, sample_format: str, layout: str) -> AudioFrame:
    width = 1 if sample_format == "fltp" else 2
    block = np.ascontiguousarray(samples[:, start * width : (start + _BLOCK) * width])
    frame = AudioFrame.from_ndarray(block, format=sample_format, layout=layout)
    frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
    return frame


def _broken_files(folder: Path) -> None:
    noise = random.Random(5)
    flac = (folder / "tone10.flac").read_bytes()
    mp3 = (folder / "tone10.mp3").read_bytes()
    folder.joinpath("garbage.mp3").write_bytes(noise.randbytes(100_000))
    folder.joinpath("empty.mp3").write_bytes(b"")
    folder.joinpath("text.txt").write_text("This is no music.\n" * 50)
    folder.joinpath("trunc.flac").write_bytes(flac[: len(flac) // 4])
    early, late = len(flac) // 5, len(flac) // 4
    folder.joinpath("corrupt.flac").write_bytes(flac[:early] + noise.randbytes(late - early) + flac[late:])
    folder.joinpath("corrupt.mp3").write_bytes(mp3[: len(mp3) // 5] + noise.randbytes(len(mp3) // 3))
    for name in ("gone.mp3", "gone2.mp3", "gone3.mp3"):
        folder.joinpath(name).write_bytes(mp3)


def write_playlists(folder: Path, web: str) -> None:
    """Write the playlist files, which name the media server's address."""
    address = f"{web}/tone10.mp3"
    folder.joinpath("list.m3u").write_text(f"#EXTM3U\n#EXTINF:10,Tone\n{address}\n")
    folder.joinpath("list.pls").write_text(f"[playlist]\nFile1={address}\nTitle1=Tone\nNumberOfEntries=1\n")
    folder.joinpath("list_local.m3u").write_text(f"#EXTM3U\n{folder}/tone10.mp3\n")


def write_media(folder: Path) -> None:
    """Make all files but the playlists."""
    for name, codec, rate, sample_format, seconds in _FILES:
        _write(folder / name, codec, rate, sample_format, seconds)
    _broken_files(folder)
