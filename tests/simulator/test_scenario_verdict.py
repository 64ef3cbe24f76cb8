"""Every figure of the check's second part can fail it, and good ones pass."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.scenario import survival_verdict

GOOD: dict[str, Any] = {
    "worker_kill_lost_frames": 0,
    "worker_kill_max_gap_ms": 20.0,
    "worker_kill_next_command_ms": 310,
    "worker_kill_next_command_ok": True,
    "gateway_kill_lost_frames": 0,
    "gateway_kill_max_gap_ms": 20.0,
    "gateway_away_interaction": "answered",
    "redis_flush_lost_frames": 0,
    "redis_flush_max_gap_ms": 20.0,
    "redis_flush_next_command_ok": True,
}


@pytest.mark.parametrize("fate", ["answered", "expired"])
def test_good_figures_pass(fate: str) -> None:
    assert survival_verdict({**GOOD, "gateway_away_interaction": fate}) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"worker_kill_lost_frames": 1},
        {"worker_kill_lost_frames": None},
        {"worker_kill_max_gap_ms": 61},
        {"worker_kill_next_command_ok": False},
        {"gateway_kill_lost_frames": 5},
        {"gateway_kill_max_gap_ms": None},
        {"gateway_away_interaction": "lost"},
        {"gateway_away_interaction": "refused"},
        {"redis_flush_lost_frames": 2},
        {"redis_flush_max_gap_ms": 1_000.0},
        {"redis_flush_next_command_ok": None},
    ],
)
def test_each_bad_figure_fails(wrong: dict[str, Any]) -> None:
    assert len(survival_verdict({**GOOD, **wrong})) == 1


def test_figures_that_were_never_taken_fail() -> None:
    assert len(survival_verdict({})) == 9


def test_somebody_elses_redis_is_not_judged() -> None:
    kept = {name: figure for name, figure in GOOD.items() if not name.startswith("redis_flush")}
    assert survival_verdict({**kept, "redis_flush": "left out"}) == []
