"""What is wrong with a check's figures, in words."""

from __future__ import annotations

from typing import Any

from simulator.scenario.listener import TONE_TOLERANCE_HZ

MAX_GAP_MS = 60
STROKES = {
    "worker_kill": "the audio process was killed",
    "gateway_kill": "the gateway was killed",
    "redis_flush": "Redis was emptied",
}


def verdict(result: dict[str, Any]) -> list[str]:
    """Judge playing, queueing and advancing; empty when all is well."""
    failures = []
    if result.get("stopped_at"):
        failures.append(str(result["stopped_at"]))
    heard, expected = result.get("heard_hz"), result.get("expected_hz")
    if heard is None or expected is None or abs(heard - expected) > TONE_TOLERANCE_HZ:
        failures.append(f"heard {heard} Hz instead of {expected} Hz")
    if result.get("lost_frames") != 0:
        failures.append(f"{result.get('lost_frames')} frames were lost")
    if not isinstance(gap := result.get("max_gap_ms"), int | float) or gap > MAX_GAP_MS:
        failures.append(f"the longest gap was {gap} ms (at most {MAX_GAP_MS})")
    failures += [
        f"{name} is not true" for name in ("skip_ok", "autoadvance_ok", "queue_in_db_ok") if not result.get(name)
    ]
    if result.get("first_response_ms") is None:
        failures.append("the member got no answer")
    return failures


def survival_verdict(result: dict[str, Any]) -> list[str]:
    """Judge what was heard and obeyed when something died; empty when all is well."""
    failures = []
    for stroke, what in STROKES.items():
        if result.get(stroke) == "left out":
            continue
        lost, gap = result.get(f"{stroke}_lost_frames"), result.get(f"{stroke}_max_gap_ms")
        if lost != 0:
            failures.append(f"{lost} frames were lost when {what}")
        if not isinstance(gap, int | float) or gap > MAX_GAP_MS:
            failures.append(f"the longest gap was {gap} ms (at most {MAX_GAP_MS}) when {what}")
        if stroke != "gateway_kill" and result.get(f"{stroke}_next_command_ok") is not True:
            failures.append(f"/pause was not obeyed when {what}")
    if (fate := result.get("gateway_away_interaction")) not in {"answered", "expired"}:
        failures.append(f"the interaction sent while the gateway was away was {fate}, neither answered nor expired")
    return failures
