"""Says which note a stretch of sound is and how loud, so that a test can tell music from noise."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.discord_voice.opus import CHANNELS, SAMPLE_HZ

_FULL_SCALE = 32768.0
_SILENT_RMS = 0.001
"""Sixty decibels under full scale: nobody would call it a tone."""
_LOWEST_HZ = 20.0

Pcm = NDArray[np.int16]
"""Samples as rows, left and right as columns."""


@dataclass(frozen=True, slots=True)
class Sound:
    """`rms` is 0..1 of full scale; `tone_hz` the strongest frequency, None in silence."""

    tone_hz: float | None
    rms: float


def as_samples(pcm: bytes) -> Pcm:
    """View interleaved s16 stereo bytes as an array."""
    return np.frombuffer(pcm, dtype="<i2").reshape(-1, CHANNELS)


def retune(samples: Pcm, factor: float) -> Pcm:
    """Play samples `factor` times as fast, which raises their pitch by as much and shortens them."""
    length = max(1, round(len(samples) / factor))
    places = np.linspace(0, len(samples), length, endpoint=False)
    source = np.arange(len(samples))
    channels = [np.interp(places, source, samples[:, channel]) for channel in range(CHANNELS)]
    return np.stack(channels, axis=1).astype(np.int16)


def analyse(samples: Pcm) -> Sound:
    """Measure loudness and strongest frequency; a second of sound gives better than 1 Hz."""
    if not len(samples):
        return Sound(None, 0.0)
    wave = samples.astype(np.float64) / _FULL_SCALE
    rms = float(np.sqrt(np.mean(wave**2)))
    return Sound(_strongest_hz(wave) if rms > _SILENT_RMS else None, rms)


def _strongest_hz(wave: NDArray[np.float64]) -> float | None:
    """Find the peak of both channels' spectrum and its place between two FFT bins.

    On a logarithmic scale the peak of a Hann window is close to a parabola through three bins.
    """
    window = np.hanning(len(wave))[:, None]
    power: NDArray[np.float64] = (np.abs(np.fft.rfft(wave * window, axis=0)) ** 2).sum(axis=1)
    lowest = max(1, round(_LOWEST_HZ * len(wave) / SAMPLE_HZ))
    if len(power) < lowest + 3:
        return None
    peak = int(np.argmax(power[lowest:-1])) + lowest
    left, middle, right = np.log(power[peak - 1 : peak + 2] + 1e-30)
    bend = left - 2 * middle + right
    offset = 0.5 * (left - right) / bend if bend < 0 else 0.0
    return float((peak + offset) * SAMPLE_HZ / len(wave))
