"""Stages that most of the core's tests begin with."""

from __future__ import annotations

import pytest

from tests.workers.player.cast import Stage
from workers.player.facts import TrackStarted


@pytest.fixture
def stage() -> Stage:
    """A guild where nothing has happened."""
    return Stage()


@pytest.fixture
def concert() -> Stage:
    """The bot plays One to Alice and Bob in the lounge; Two and Three wait. A minute has passed."""
    stage = Stage()
    stage.play("One", "Two", "Three")
    stage.wait(100)
    stage.arrive()
    stage.handle(TrackStarted(1, stage.now_ms))
    stage.wait(60_000)
    return stage
