"""Reads what a Lavalink node says of players: websocket frames become facts, REST players become LivePlayers."""

from __future__ import annotations

import logging
from typing import Any, Final, Literal, get_args

from workers.player.facts import (
    Fact,
    LivePlayer,
    PositionReported,
    TrackEnded,
    TrackFailed,
    TrackStarted,
    TrackStuck,
    VoiceClosed,
)

_log = logging.getLogger(__name__)

EndReason = Literal["finished", "loadFailed", "stopped", "replaced", "cleanup"]
_REASONS: Final[dict[str, EndReason]] = {reason: reason for reason in get_args(EndReason)}


def event_fact(frame: dict[str, Any], at_ms: int) -> Fact | None:
    """The fact in an `event` frame that arrived at `at_ms`; None when it concerns no entry of ours.

    Entries are named by userData: `encoded` differs from what was sent (TRAPS 7). Raises KeyError on a torn frame.
    """
    kind = frame["type"]
    if kind == "WebSocketClosedEvent":
        return VoiceClosed(int(frame["code"]), str(frame.get("reason") or ""), bool(frame["byRemote"]), at_ms)
    entry = mark_of(frame.get("track"), "entry")
    if entry is None:
        _log.debug("event %s of guild %s names no entry of ours", kind, frame.get("guildId"))
        return None
    match kind:
        case "TrackStartEvent":
            return TrackStarted(entry, at_ms, mark_of(frame.get("track"), "epoch") or 0)
        case "TrackEndEvent":
            return TrackEnded(entry, _reason(frame["reason"]), at_ms)
        case "TrackExceptionEvent":
            return TrackFailed(entry, _message(frame["exception"]), at_ms)
        case "TrackStuckEvent":
            return TrackStuck(entry, at_ms)
    _log.debug("event %s is unknown to us", kind)
    return None


def position_fact(state: dict[str, Any]) -> PositionReported:
    """The fact in a player's state; `time` is the node's clock (ms since 1970). Raises KeyError."""
    return PositionReported(int(state["position"]), int(state["time"]), bool(state["connected"]))


def live_player(raw: dict[str, Any]) -> LivePlayer:
    """A player object of the REST API, its voice token left out; raises KeyError."""
    state, track = raw["state"], raw.get("track")
    return LivePlayer(
        guild_id=int(raw["guildId"]),
        entry=mark_of(track, "entry"),
        rev=mark_of(track, "rev") or 0,
        epoch=mark_of(track, "epoch") or 0,
        position_ms=int(state["position"]),
        at_ms=int(state["time"]),
        paused=bool(raw["paused"]),
        volume=int(raw["volume"]),
        connected=bool(state["connected"]),
        filters=dict(raw.get("filters") or {}),
    )


def mark_of(track: Any, name: str) -> int | None:
    """`name` of the track's userData if we wrote it there."""
    marks = track.get("userData") if isinstance(track, dict) else None
    value = marks.get(name) if isinstance(marks, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _reason(raw: str) -> EndReason:
    reason = _REASONS.get(raw)
    if reason is None:
        _log.warning("TrackEndEvent has the unknown reason %r; going on as if the track had finished", raw)
        return "finished"  # an unread end would silence the guild for good
    return reason


def _message(exception: dict[str, Any]) -> str:
    """The cause says more: since 4.2 the message of a failed load is always the same (TRAPS 10)."""
    message, cause = exception.get("message"), exception.get("cause")
    return ": ".join(str(part) for part in (message, cause) if part) or "unknown error"
