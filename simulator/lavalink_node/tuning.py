"""How a track's sound is changed on its way: a player's volume and filters as one libav filter chain.

Applied: volume, timescale, tremolo, vibrato, equalizer, rotation, channelMix and lowPass. Accepted and
reported but not heard: karaoke and distortion, for which libav has no like.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from simulator.lavalink_node.filters import Filters

UNTOUCHED_VOLUME = 100
SAMPLE_RATE = 48_000
_BAND_HZ = (25, 40, 63, 100, 160, 250, 400, 630, 1000, 1600, 2500, 4000, 6300, 10000, 16000)
_SLOWEST, _FASTEST = 0.1, 10.0

FilterChain = list[tuple[str, str]]


def loudness(volume: int) -> float:
    """Return the factor lavaplayer multiplies samples with at a volume of 0 to 1000."""
    if volume == UNTOUCHED_VOLUME:
        return 1.0
    if volume <= 150:
        return math.tan(volume * 0.0079)
    return 2.4621 * volume / 150


@dataclass(frozen=True, slots=True)
class Tuning:
    """Volume in percent and filters in their full form."""

    volume: int = UNTOUCHED_VOLUME
    filters: Filters = field(default_factory=dict)

    @property
    def untouched(self) -> bool:
        """Whether Opus can pass as it is."""
        return self.volume == UNTOUCHED_VOLUME and not self.filters

    @property
    def speed(self) -> float:
        """Return how many seconds of the track pass in one second of sound."""
        scale = self.filters.get("timescale", {})
        return _bounded(scale.get("speed", 1.0)) * _bounded(scale.get("rate", 1.0))

    def chain(self) -> FilterChain:
        """Return libav filter names and arguments, in order, for sound at 48 kHz stereo."""
        chain: FilterChain = []
        chain += self._timescale()
        for name, build in _CHAINS.items():
            if name in self.filters:
                chain += build(self.filters[name])
        gain = loudness(self.volume) * float(self.filters.get("volume", 1.0))
        if gain != 1.0:
            chain.append(("volume", f"volume={gain:.6f}:precision=float"))
        return chain

    def _timescale(self) -> FilterChain:
        scale = self.filters.get("timescale")
        if not scale:
            return []
        speed, pitch, rate = (_bounded(scale[name]) for name in ("speed", "pitch", "rate"))
        chain: FilterChain = []
        if pitch * rate != 1.0:
            # Played at another sampling rate, both pitch and pace change; atempo then mends the pace.
            chain += [("asetrate", f"r={round(SAMPLE_RATE * pitch * rate)}"), ("aresample", str(SAMPLE_RATE))]
        tempo = speed / pitch
        while tempo < 0.5:
            chain.append(("atempo", "0.5"))
            tempo /= 0.5
        if tempo != 1.0:
            chain.append(("atempo", f"{tempo:.6f}"))
        return chain


def _bounded(factor: float) -> float:
    """Keep a factor playable; the real server accepts 0 as well."""
    return min(max(float(factor), _SLOWEST), _FASTEST)


def _equalizer(bands: list[dict[str, float]]) -> FilterChain:
    return [
        ("equalizer", f"f={_BAND_HZ[int(band['band'])]}:t=o:w=1:g={_decibels(band['gain']):.3f}")
        for band in bands
        if band["gain"] != 0.0
    ]


def _decibels(gain: float) -> float:
    """Turn lavaplayer's gain, -0.25 for silence to 1.0 for double, into decibels."""
    return 20 * math.log10(max(1.0 + gain * (4.0 if gain < 0 else 1.0), 0.01))


def _tremolo(values: dict[str, float]) -> FilterChain:
    return [("tremolo", f"f={min(max(values['frequency'], 0.1), 20000)}:d={min(max(values['depth'], 0.0), 1.0)}")]


def _vibrato(values: dict[str, float]) -> FilterChain:
    return [("vibrato", f"f={min(max(values['frequency'], 0.1), 14)}:d={min(max(values['depth'], 0.0), 1.0)}")]


def _rotation(values: dict[str, float]) -> FilterChain:
    hz = abs(values["rotationHz"])
    return [("apulsator", f"mode=sine:hz={min(max(hz, 0.01), 100)}")] if hz else []


def _channel_mix(values: dict[str, float]) -> FilterChain:
    left = f"{values['leftToLeft']}*c0+{values['rightToLeft']}*c1"
    right = f"{values['leftToRight']}*c0+{values['rightToRight']}*c1"
    return [("pan", f"stereo|c0={left}|c1={right}")]


def _low_pass(values: dict[str, float]) -> FilterChain:
    smoothing = values["smoothing"]
    if smoothing <= 1.0:
        return []
    # An exponential smoothing over n samples halves the power at about rate / (2 pi n).
    return [("lowpass", f"f={max(SAMPLE_RATE / (2 * math.pi * smoothing), 20):.1f}:p=1")]


_CHAINS: dict[str, Callable[[Any], FilterChain]] = {
    "equalizer": _equalizer,
    "tremolo": _tremolo,
    "vibrato": _vibrato,
    "rotation": _rotation,
    "channelMix": _channel_mix,
    "lowPass": _low_pass,
}
