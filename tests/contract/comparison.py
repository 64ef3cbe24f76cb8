"""Comparing what a node did with what was recorded, blind only to what no two runs share."""

from dataclasses import dataclass
from typing import Any

_ANY_VALUE = frozenset(
    {
        "timestamp", "time", "uptime", "free", "used", "allocated", "reservable", "cores", "systemLoad",
        "lavalinkLoad", "players", "playingPlayers", "trace", "causeStackTrace", "encoded", "position",
        "thresholdMs", "sessionId",
    }
)  # fmt: skip
"""Compared by type alone: clocks, loads, stack traces, and places in a track."""

_LENGTH_TOLERANCE = 0.06
"""Our encoders pad a file differently than the recorder's did."""

_HEADERS = ("Content-Type", "Allow", "Accept", "Accept-Patch", "Lavalink-Api-Version")


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where they differ; `where` is the step's number and the path inside it."""

    where: str
    recorded: object
    ours: object

    def __str__(self) -> str:
        return f"{self.where}: recorded {self.recorded!r}, this node {self.ours!r}"


def differences(where: str, recorded: Any, ours: Any) -> list[Difference]:
    """Return all differences of two JSON values."""
    if isinstance(recorded, dict) and isinstance(ours, dict):
        return _of_objects(where, recorded, ours)
    if isinstance(recorded, list) and isinstance(ours, list):
        return _of_lists(where, recorded, ours)
    if recorded == ours and type(recorded) is type(ours):
        return []
    return [Difference(where, recorded, ours)]


def _of_objects(where: str, recorded: dict[str, Any], ours: dict[str, Any]) -> list[Difference]:
    found: list[Difference] = []
    if sorted(recorded) != sorted(ours):
        found.append(Difference(f"{where}.keys", sorted(recorded), sorted(ours)))
    for key in recorded.keys() & ours.keys():
        found += _of_field(f"{where}.{key}", key, recorded[key], ours[key])
    return found


def _of_field(where: str, key: str, recorded: Any, ours: Any) -> list[Difference]:
    if key in _ANY_VALUE and _same_kind(recorded, ours):
        return []
    if key == "ping" and (recorded < 0) == (ours < 0):
        return []
    both_finite = isinstance(recorded, int) and isinstance(ours, int) and max(recorded, ours) < 2**40
    if key == "length" and both_finite and abs(recorded - ours) <= _LENGTH_TOLERANCE * recorded:
        return []
    return differences(where, recorded, ours)


def _same_kind(recorded: Any, ours: Any) -> bool:
    numbers = isinstance(recorded, int | float) and isinstance(ours, int | float)
    return numbers or type(recorded) is type(ours)


def _of_lists(where: str, recorded: list[Any], ours: list[Any]) -> list[Difference]:
    if len(recorded) != len(ours):
        return [Difference(f"{where}.length", len(recorded), len(ours))]
    pairs = zip(_sorted_players(recorded), _sorted_players(ours), strict=True)
    return [
        found for number, (one, other) in enumerate(pairs) for found in differences(f"{where}.{number}", one, other)
    ]


def _sorted_players(items: list[Any]) -> list[Any]:
    """Players come in the order of a hash table, which means nothing."""
    if items and all(isinstance(item, dict) and "guildId" in item for item in items):
        return sorted(items, key=lambda item: str(item["guildId"]))
    return items


def header_differences(where: str, recorded: dict[str, str], ours: dict[str, str]) -> list[Difference]:
    """Compare the headers that carry meaning; of a content type only the type itself."""
    found: list[Difference] = []
    for name in _HEADERS:
        one, other = recorded.get(name), ours.get(name)
        if name == "Content-Type":
            one, other = _bare_type(one), _bare_type(other)
        if one != other:
            found.append(Difference(f"{where}.{name}", one, other))
    return found


def _bare_type(value: str | None) -> str | None:
    # A body-less answer of aiohttp names a type all the same; the empty body is what counts.
    return None if value is None else value.split(";")[0].strip()


def event_summary(frame: dict[str, Any]) -> str:
    """Say in a line what an event means to a client."""
    track = frame.get("track")
    exception = frame.get("exception") or {}
    parts = [
        frame["type"],
        frame.get("reason") if "code" not in frame else f"{frame['code']} {frame['reason']!r} {frame['byRemote']}",
        None if track is None else str(track["info"]["identifier"]).rsplit("/", 1)[-1],
        exception.get("message"),
        None if track is None or not track["userData"] else str(track["userData"]),
    ]
    return " · ".join(str(part) for part in parts if part)


def events_by_guild(frames: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Return each guild's events in order."""
    found: dict[str, list[str]] = {}
    for frame in frames:
        if frame["op"] == "event":
            found.setdefault(frame["guildId"], []).append(event_summary(frame))
    return found


def connections_by_guild(frames: list[dict[str, Any]]) -> dict[str, list[bool]]:
    """Return how `connected` changed in each guild's playerUpdates."""
    found: dict[str, list[bool]] = {}
    for frame in frames:
        if frame["op"] == "playerUpdate":
            states = found.setdefault(frame["guildId"], [])
            if not states or states[-1] != frame["state"]["connected"]:
                states.append(frame["state"]["connected"])
    return found
