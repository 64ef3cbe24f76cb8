"""Faults that the check must notice, by the name that BREAK= gives them."""

from __future__ import annotations

from typing import Any

WHILE_LISTENING: dict[str, dict[str, Any]] = {
    "drop5": {"target": "voice", "kind": "lose_frames", "count": 5},
    "tone": {"target": "voice", "kind": "tone"},
    "silence": {"target": "voice", "kind": "mute"},
}
"""Struck while nothing else happens."""

LOSE_FIVE: dict[str, Any] = {"target": "voice", "kind": "lose_frames", "count": 5}

WHILE_STRIKING = {
    "kill-drop5": "worker_kill",
    "kill-session": "worker_kill",
    "gateway-drop5": "gateway_kill",
    "redis-drop5": "redis_flush",
}
"""The stroke that each of these makes worse: five frames vanish, or the player's session dies with its owner."""

BREAKS = (*WHILE_LISTENING, *WHILE_STRIKING)
