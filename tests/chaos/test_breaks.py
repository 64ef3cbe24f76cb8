"""The demo's check notices it when what dies takes the music with it."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.scenario import Survival, Tracks, survival_verdict
from simulator.scenario.breaks import WHILE_STRIKING
from simulator.scenario.verdict import STROKES
from simulator.stack import CATALOGUE
from tests.chaos.stage import Stage

pytestmark = pytest.mark.chaos


@pytest.mark.parametrize("broken", WHILE_STRIKING)
def test_a_fault_at_a_stroke_is_noticed(broken: str, stage: Stage) -> None:
    stage.stack.wait_served()
    listener, result = stage.guild(), dict[str, Any]()
    survival = Survival(
        listener=listener,
        strikes=stage.strikes,
        tracks=Tracks.of_catalogue(CATALOGUE, by_path=False),
        say=lambda _line: None,
        result=result,
    )
    survival.run(broken, own_redis=True)
    stage.dissolve(listener)
    failures = survival_verdict(result)
    assert failures
    assert all(STROKES[WHILE_STRIKING[broken]] in failure for failure in failures)
