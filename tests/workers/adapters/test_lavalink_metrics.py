"""What a node says of its load is told; a torn frame changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client import REGISTRY

from workers.adapters.lavalink_metrics import node_from_zero, note_stats

NODE = "node-of-this-test:2333"
FRAME = {
    "op": "stats",
    "players": 12,
    "playingPlayers": 9,
    "cpu": {"cores": 2, "systemLoad": 0.5, "lavalinkLoad": 0.25},
    "memory": {"free": 1, "used": 1_000, "allocated": 2_000, "reservable": 4_000},
    "frameStats": {"sent": 2_700, "nulled": 100, "deficit": 200},
}


def told(name: str) -> float | None:
    return REGISTRY.get_sample_value(name, {"node": NODE})


def test_load_players_and_missing_frames_are_told() -> None:
    note_stats(NODE, FRAME)
    assert told("lavalink_node_players") == 12
    assert told("lavalink_node_playing") == 9
    assert told("lavalink_node_load_ratio") == 0.25
    assert told("lavalink_node_memory_used_bytes") == 1_000
    assert told("lavalink_node_frames_missing") == 200


def test_a_session_without_players_misses_no_frames() -> None:
    note_stats(NODE, FRAME)
    note_stats(NODE, {**FRAME, "frameStats": None})
    assert told("lavalink_node_frames_missing") == 0


@pytest.mark.parametrize("torn", [{}, {"players": "many"}, {**FRAME, "cpu": None}])
def test_a_torn_frame_is_passed_over(torn: dict[str, Any]) -> None:
    note_stats(NODE, torn)


def test_what_was_never_counted_is_zero() -> None:
    node_from_zero(NODE)
    assert told("lavalink_hung_voice_patches_total") == 0
    assert told("lavalink_sockets_lost_total") == 0
