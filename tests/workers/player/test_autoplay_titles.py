"""What autoplay searches for of a title, which a file may fill with anything."""

from __future__ import annotations

import subprocess
import sys

import pytest

from project.wire.orders import SetAutoplay
from tests.workers.player.cast import Stage
from tests.workers.player.test_autoplay import run_out


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("One [HD] (Live (Berlin))", "One The Band"),
        ("One (Official", "One (Official The Band"),
        ("(One)", "(One) The Band"),
    ],
)
def test_brackets_of_a_title_are_not_searched_for(stage: Stage, title: str, query: str) -> None:
    stage.play(title)
    stage.arrive()
    stage.order(SetAutoplay(mode="similar"))
    assert run_out(stage).query == query


HOSTILE = """
import sys
from project.wire.orders import SetAutoplay
from tests.workers.player.cast import Stage
from tests.workers.player.test_autoplay import run_out
stage = Stage()
stage.play(sys.argv[1] * 500_000)
stage.arrive()
stage.order(SetAutoplay(mode="similar"))
print(len(run_out(stage).query) > 500_000)
"""
PATIENCE_SECONDS = 60
"""No measure of speed: from each bracket to the title's end again takes minutes."""


@pytest.mark.parametrize("bracket", ["(", "[", "(["])
def test_a_title_of_brackets_does_not_hold_up_its_slot(bracket: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", HOSTILE, bracket], timeout=PATIENCE_SECONDS, check=True, capture_output=True, text=True
    )
    assert told.stdout == "True\n"
