"""When a child is replaced, and how soon."""

from __future__ import annotations

from dataclasses import replace

from workers.audio.child import CONSUMER_SILENT_SECONDS, Restarts, must_be_replaced
from workers.audio.heartbeat import Beat, beat_from_line

WELL = Beat(holder="audio@host-1/1:7", ready=True, redis=True, slots=8, open=8, consumer_age=0.1)


def test_a_child_that_never_beat_is_still_starting() -> None:
    assert must_be_replaced(None, heard=0, now=60) is None


def test_a_silent_loop_is_replaced_after_two_seconds() -> None:
    assert must_be_replaced(WELL, heard=100, now=101.9) is None
    assert must_be_replaced(WELL, heard=100, now=102.1) == "its loop was silent for 2.1 s"


def test_a_silent_consumer_is_replaced_only_while_redis_answers() -> None:
    silent = replace(WELL, consumer_age=CONSUMER_SILENT_SECONDS + 1)
    assert must_be_replaced(silent, heard=100, now=100) == "its consumer was silent for 31 s"
    assert must_be_replaced(replace(silent, redis=False), heard=100, now=100) is None


def test_a_beat_survives_the_pipe() -> None:
    assert beat_from_line(WELL.to_line()) == WELL


def test_one_death_is_followed_at_once_a_crash_loop_ever_later() -> None:
    restarts = Restarts()
    assert [restarts.pause(lived=1) for _ in range(8)] == [0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    assert restarts.pause(lived=60) == 0.0
    assert restarts.pause(lived=1) == 0.0
