"""The filters of a player: what clients may send, and the full form in which they are reported."""

from typing import Any

from simulator.lavalink_node.errors import bad_request, unforeseen
from simulator.lavalink_node.lenient import as_object, as_real, as_whole

Filters = dict[str, Any]
BANDS = 15

DEFAULTS: dict[str, dict[str, float]] = {
    "karaoke": {"level": 1.0, "monoLevel": 1.0, "filterBand": 220.0, "filterWidth": 100.0},
    "timescale": {"speed": 1.0, "pitch": 1.0, "rate": 1.0},
    "tremolo": {"frequency": 2.0, "depth": 0.5},
    "vibrato": {"frequency": 2.0, "depth": 0.5},
    "distortion": {
        "sinOffset": 0.0,
        "sinScale": 1.0,
        "cosOffset": 0.0,
        "cosScale": 1.0,
        "tanOffset": 0.0,
        "tanScale": 1.0,
        "offset": 0.0,
        "scale": 1.0,
    },
    "rotation": {"rotationHz": 0.0},
    "channelMix": {"leftToLeft": 1.0, "leftToRight": 0.0, "rightToLeft": 0.0, "rightToRight": 1.0},
    "lowPass": {"smoothing": 20.0},
}
NAMES = ("volume", "equalizer", *DEFAULTS)


def _band(raw: object) -> dict[str, float]:
    fields = as_object(raw)
    if "band" not in fields:
        raise bad_request()
    return {"band": as_whole(fields["band"]), "gain": as_real(fields.get("gain", 1.0))}


def _equalizer(raw: object) -> list[dict[str, float]]:
    if not isinstance(raw, list):
        raise bad_request()
    bands = [_band(item) for item in raw]
    for band in bands:
        if not 0 <= band["band"] < BANDS:
            raise unforeseen(
                f"java.lang.ArrayIndexOutOfBoundsException: Index {band['band']} out of bounds for length {BANDS}"
            )
    return bands


def parse_filters(raw: object) -> Filters:
    """Return the filters with every value filled in; unknown names are ignored, as recorded."""
    sent = as_object(raw)
    filters: Filters = {}
    for name in NAMES:
        if sent.get(name) is None:
            continue
        if name == "volume":
            filters[name] = as_real(sent[name])
        elif name == "equalizer":
            filters[name] = _equalizer(sent[name])
        else:
            given = as_object(sent[name])
            filters[name] = {key: as_real(given.get(key, default)) for key, default in DEFAULTS[name].items()}
    return filters
