"""The demo's own check: it passes on a sound system and notices each fault that it is meant to notice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.control_client import ControlClient
from simulator.scenario import Scenario, Tracks, verdict
from simulator.scenario.breaks import WHILE_LISTENING
from simulator.stack import CATALOGUE, Stack

GOOD: dict[str, Any] = {
    "heard_hz": 440.4,
    "expected_hz": 440.0,
    "lost_frames": 0,
    "max_gap_ms": 20.0,
    "skip_ok": True,
    "autoadvance_ok": True,
    "queue_in_db_ok": True,
    "first_response_ms": 30.0,
}


def test_good_figures_pass() -> None:
    assert verdict(GOOD) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"heard_hz": 443.0},
        {"heard_hz": None},
        {"lost_frames": 1},
        {"lost_frames": None},
        {"max_gap_ms": 80.0},
        {"skip_ok": False},
        {"autoadvance_ok": None},
        {"queue_in_db_ok": False},
        {"first_response_ms": None},
        {"stopped_at": "/play was refused"},
    ],
)
def test_each_bad_figure_fails(wrong: dict[str, Any]) -> None:
    assert len(verdict({**GOOD, **wrong})) == 1


def test_a_check_that_never_ran_fails() -> None:
    assert verdict({})


@pytest.fixture
def quiet(control: ControlClient) -> Iterator[None]:
    """No fault outlives its test, and the demo's guild is empty again."""
    yield
    control.delete("/faults")
    guild = control.get("/guilds")[0]
    text = next(channel for channel in guild["channels"] if channel["type"] == "text")
    alice = next(member for member in guild["members"] if member["name"] == "Alice")
    control.answer(control.slash({"guild_id": guild["id"], "channel_id": text["id"]}, alice["id"], "stop"))


def listening(stack: Stack, seconds: float, *, by_path: bool) -> Scenario:
    return Scenario(
        control_url=stack.simulator["control_url"],
        database_url=stack.database_url,
        tracks=Tracks.of_catalogue(CATALOGUE, by_path=by_path),
        say=lambda _line: None,
        listen_seconds=seconds,
    )


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("by_path", [False, True], ids=["searched", "as for an outside node"])
def test_the_whole_check_passes(stack: Stack, by_path: bool) -> None:
    scenario = listening(stack, 2, by_path=by_path)
    scenario.run(None)
    assert verdict(scenario.result) == []


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("fault", sorted(WHILE_LISTENING))
def test_a_fault_is_noticed(stack: Stack, fault: str) -> None:
    scenario = listening(stack, 2, by_path=False)
    scenario.listen_only(fault)
    assert any("lost" in line or "instead of" in line for line in verdict(scenario.result))
