"""Sound presets, and what Lavalink has to do for them (Lavalink v4 REST, filters object)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

OFF = "off"


def _bands(*gains: float) -> list[dict[str, float]]:
    """Gains of the lowest equalizer bands (of 15), -0.25 (mute) to 1.0."""
    return [{"band": band, "gain": gain} for band, gain in enumerate(gains)]


PRESETS: Mapping[str, dict[str, Any]] = {
    "bassboost": {"equalizer": _bands(0.2, 0.15, 0.1, 0.05)},
    "nightcore": {"timescale": {"speed": 1.2, "pitch": 1.2, "rate": 1.0}},
    "vaporwave": {"timescale": {"speed": 0.85, "pitch": 0.85, "rate": 1.0}},
    "karaoke": {"karaoke": {"level": 1.0, "monoLevel": 1.0, "filterBand": 220.0, "filterWidth": 100.0}},
    "8d": {"rotation": {"rotationHz": 0.2}},
    "tremolo": {"tremolo": {"frequency": 4.0, "depth": 0.6}},
    "vibrato": {"vibrato": {"frequency": 4.0, "depth": 0.5}},
    "lowpass": {"lowPass": {"smoothing": 20.0}},
    "soft": {"equalizer": _bands(0, 0, 0, 0, 0, 0, 0, 0, -0.1, -0.15, -0.2, -0.25, -0.25, -0.25, -0.25)},
    "clarity": {"equalizer": _bands(0, 0, 0, 0, 0, 0, 0.05, 0.1, 0.15, 0.15, 0.1, 0.1, 0.1, 0.05, 0.05)},
}
"""By the name that members pick."""


def active(filters: Mapping[str, Any]) -> tuple[str, ...]:
    """The presets that a player's saved filters name, in the order in which they were switched on."""
    return tuple(name for name in filters.get("presets", ()) if name in PRESETS)


def saved(presets: Iterable[str]) -> dict[str, Any]:
    """What a player saves for these presets; nothing for none."""
    names = list(presets)
    return {"presets": names} if names else {}


def lavalink_filters(filters: Mapping[str, Any]) -> dict[str, Any]:
    """All active presets in one filters object. Equalizers add up; of other kinds the later preset wins."""
    together: dict[str, Any] = {}
    gains: dict[int, float] = {}
    for name in active(filters):
        for kind, setting in PRESETS[name].items():
            if kind == "equalizer":
                for band in setting:
                    gains[band["band"]] = gains.get(band["band"], 0) + band["gain"]
            else:
                together[kind] = dict(setting)
    if gains:
        together["equalizer"] = [{"band": band, "gain": _audible(gain)} for band, gain in sorted(gains.items())]
    return together


def _audible(gain: float) -> float:
    """Lavalink takes -0.25 to 1.0."""
    return round(min(1.0, max(-0.25, gain)), 3)
