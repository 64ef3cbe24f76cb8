"""How Lavalink nodes answer and fail, and what they say of their load."""

from __future__ import annotations

from typing import Any, Literal

from prometheus_client import Counter, Gauge, Histogram

from project.metrics import from_zero

CALL_SECONDS = Histogram(
    "lavalink_call_seconds",
    "REST calls to Lavalink nodes",
    ["method", "answer"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0),
)
CALLS_OPEN = Gauge(
    "lavalink_calls_open", "REST calls under way; 16 that hang stop a node", ["node"], multiprocess_mode="livesum"
)
HUNG_VOICE = Counter("lavalink_hung_voice_patches_total", "Voice PATCHes that a voice endpoint let hang", ["node"])
SOCKETS_LOST = Counter("lavalink_sockets_lost_total", "Sessions' sockets that broke", ["node"])


def _of_node(name: str, words: str, mode: Literal["livemostrecent", "livemax"] = "livemostrecent") -> Gauge:
    return Gauge(name, words, ["node"], multiprocess_mode=mode)


NODE_PLAYERS = _of_node("lavalink_node_players", "Players on the node, everybody's")
NODE_PLAYING = _of_node("lavalink_node_playing", "Players on the node that play")
NODE_LOAD = _of_node("lavalink_node_load_ratio", "Lavalink's share of the node's processors")
NODE_MEMORY = _of_node("lavalink_node_memory_used_bytes", "Memory that Lavalink uses")
NODE_MISSING = _of_node(
    "lavalink_node_frames_missing", "Frames of 20 ms that one session's players did not get in a minute", "livemax"
)


def node_from_zero(node: str) -> None:
    """Tell what can be counted of a node before it happens."""
    from_zero(HUNG_VOICE, (node,))
    from_zero(SOCKETS_LOST, (node,))


def note_stats(node: str, frame: dict[str, Any]) -> None:
    """Take over a `stats` frame, which comes once a minute per session; a torn one is passed over."""
    try:
        NODE_PLAYERS.labels(node).set(int(frame["players"]))
        NODE_PLAYING.labels(node).set(int(frame["playingPlayers"]))
        NODE_LOAD.labels(node).set(float(frame["cpu"]["lavalinkLoad"]))
        NODE_MEMORY.labels(node).set(int(frame["memory"]["used"]))
        NODE_MISSING.labels(node).set(int((frame.get("frameStats") or {"deficit": 0})["deficit"]))
    except (KeyError, TypeError, ValueError):
        return  # only numbers for a picture
