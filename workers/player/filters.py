"""How it sounds apart from the volume: presets, equalizer, speed and pitch (Lavalink v4 REST, filters object)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from project.wire.tuning import PRESET_SPEEDS, playing_rate
from workers.player.limits import Limits

OFF = "off"
FINE_TUNING = ("equalizer", "speed", "pitch")
"""What of the saved filters is no preset."""


def _bands(*gains: float) -> list[dict[str, float]]:
    """Gains of the lowest equalizer bands (of 15), -0.25 (mute) to 1.0."""
    return [{"band": band, "gain": gain} for band, gain in enumerate(gains)]


PRESETS: Mapping[str, dict[str, Any]] = {
    "bassboost": {"equalizer": _bands(0.2, 0.15, 0.1, 0.05)},
    "nightcore": {"timescale": {"speed": PRESET_SPEEDS["nightcore"], "pitch": 1.2, "rate": 1.0}},
    "vaporwave": {"timescale": {"speed": PRESET_SPEEDS["vaporwave"], "pitch": 0.85, "rate": 1.0}},
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


def with_presets(filters: Mapping[str, Any], presets: Iterable[str]) -> dict[str, Any]:
    """The saved filters with these presets instead of those that were on."""
    return _with(filters, "presets", list(presets))


def within(filters: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """What a plan leaves of the saved filters; of more presets than may be on at a time the latest."""
    names = [name for name in filters.get("presets", ()) if limits.presets is None or name in limits.presets]
    kept = with_presets(filters, latest(names, limits.filter_presets))
    return kept if limits.fine_tuning else {name: its for name, its in kept.items() if name not in FINE_TUNING}


def latest(presets: Sequence[str], most: int | None) -> tuple[str, ...]:
    """So many of the presets as may be on at a time (None: all): those that were switched on last."""
    return tuple(presets if most is None else presets[max(0, len(presets) - most) :])


def with_band(filters: Mapping[str, Any], band: int, gain: int) -> dict[str, Any]:
    """The saved filters with a band (from 1) raised or lowered, in per cent."""
    bands = {**filters.get("equalizer", {}), str(band): gain}
    return _with(filters, "equalizer", {name: bands[name] for name in sorted(bands, key=int) if bands[name]})


def with_factor(filters: Mapping[str, Any], name: str, percent: int) -> dict[str, Any]:
    """The saved filters with another `speed` or `pitch`, in per cent."""
    return _with(filters, name, percent if percent != 100 else 0)


def _with(filters: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """What says nothing is not saved."""
    kept = {other: its for other, its in filters.items() if other != name}
    return {**kept, name: value} if value else kept


def equalizer(filters: Mapping[str, Any]) -> dict[int, int]:
    """Band (from 1) -> per cent, of the bands that a member has set."""
    return {int(band): gain for band, gain in filters.get("equalizer", {}).items()}


def percent(filters: Mapping[str, Any], name: str) -> int:
    """The `speed` or `pitch` that a member has set."""
    return int(filters.get(name, 100))


def speed(filters: Mapping[str, Any]) -> float:
    """How many seconds of the track pass in one second."""
    return playing_rate(filters) if filters else 1.0


def lavalink_filters(filters: Mapping[str, Any]) -> dict[str, Any]:
    """All that is set in one filters object. Equalizers add up, speeds and pitches multiply; else the later wins."""
    together: dict[str, Any] = {}
    gains = {band - 1: gain / 100 for band, gain in equalizer(filters).items()}
    for name in active(filters):
        for kind, setting in PRESETS[name].items():
            if kind == "equalizer":
                for band in setting:
                    gains[band["band"]] = gains.get(band["band"], 0) + band["gain"]
            elif kind != "timescale":
                together[kind] = dict(setting)
    if timescale := _timescale(filters):
        together["timescale"] = timescale
    if gains:
        together["equalizer"] = [{"band": band, "gain": _audible(gain)} for band, gain in sorted(gains.items())]
    return together


def _timescale(filters: Mapping[str, Any]) -> dict[str, float]:
    """The latest preset that has one, and what a member has set on top of it."""
    scale: dict[str, float] = {}
    for name in active(filters):
        scale = PRESETS[name].get("timescale", scale)
    own = {name: filters[name] / 100 for name in ("speed", "pitch") if name in filters}
    if not own:
        return dict(scale)
    bare = {"speed": 1.0, "pitch": 1.0, "rate": 1.0, **scale}
    return {name: round(value * own.get(name, 1.0), 3) for name, value in bare.items()}


def _audible(gain: float) -> float:
    """Lavalink takes -0.25 to 1.0."""
    return round(min(1.0, max(-0.25, gain)), 3)
