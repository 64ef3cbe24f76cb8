"""Lost frames show only once a whole minute was counted."""

import time

import pytest

from simulator.lavalink_node.frame_loss import FrameLoss, LossMinute


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [30.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_a_begun_minute_tells_nothing_and_a_whole_one_does(clock: list[float]) -> None:
    loss = FrameLoss()
    for second in range(30, 60):
        clock[0] = second
        loss.sent()
    for second in range(60, 120):
        clock[0] = second
        loss.sent()
        assert loss.last is None
    loss.nulled()
    clock[0] = 120
    loss.sent()
    assert loss.last == LossMinute(sent=60, nulled=1)


def test_a_minute_without_sound_breaks_the_count(clock: list[float]) -> None:
    loss = FrameLoss()
    loss.sent()
    clock[0] = 200.0
    loss.sent()
    assert loss.last is None
