"""What is counted as played, as a gap, and as the time until the first sound."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from prometheus_client import REGISTRY

from workers.audio.sound import Sound
from workers.player.effects import SeekTo, SetPaused
from workers.player.facts import PositionReported

Counted = Callable[[str], float]


def report(position_ms: int, at_ms: int, *, connected: bool = True) -> PositionReported:
    return PositionReported(position_ms, at_ms, connected)


@pytest.fixture
def counted() -> Counted:
    """How much a metric has grown since the test's beginning."""

    def value(name: str) -> float:
        return REGISTRY.get_sample_value(name) or 0.0

    names = ("audio_played_seconds_total", "audio_gap_seconds_count", "audio_gap_seconds_sum")
    sounds = ("audio_time_to_sound_seconds_count", "audio_time_to_sound_seconds_sum", "audio_sound_missed_total")
    before = {name: value(name) for name in names + sounds}
    return lambda name: round(value(name) - before[name], 3)


def test_music_without_a_gap_is_played(counted: Counted) -> None:
    sound = Sound()
    for ms in (1_000, 6_000, 11_000):
        sound.reported(report(ms, ms), 1)
    assert counted("audio_played_seconds_total") == 10
    assert counted("audio_gap_seconds_count") == 0


def test_what_the_position_did_not_advance_was_not_heard(counted: Counted) -> None:
    sound = Sound()
    sound.reported(report(5_000, 5_000), 1)
    sound.reported(report(7_000, 10_000), 1)
    assert counted("audio_gap_seconds_sum") == 3
    assert counted("audio_played_seconds_total") == 2


def test_a_report_without_voice_is_part_of_the_gap(counted: Counted) -> None:
    sound = Sound()
    sound.reported(report(5_000, 5_000), 1)
    sound.reported(report(10_000, 10_000, connected=False), 1)
    sound.reported(report(6_000, 15_000), 1)
    assert counted("audio_gap_seconds_sum") == 9


@pytest.mark.parametrize("effect", [SeekTo(60_000), SetPaused(False)])
def test_what_a_member_wants_is_no_gap(counted: Counted, effect: SeekTo | SetPaused) -> None:
    sound = Sound()
    sound.reported(report(5_000, 5_000), 1)
    sound.told([effect])
    sound.reported(report(5_100, 60_000), 1)
    assert counted("audio_gap_seconds_count") == 0


def test_another_track_begins_anew(counted: Counted) -> None:
    sound = Sound()
    sound.reported(report(0, 5_000), 1)
    sound.reported(report(100, 60_000), 2)
    assert counted("audio_gap_seconds_count") == 0


def test_silence_on_purpose_is_no_gap(counted: Counted) -> None:
    sound = Sound()
    sound.reported(report(5_000, 5_000), 1)
    sound.reported(report(5_000, 10_000), None)
    sound.reported(report(5_500, 60_000), 1)
    assert counted("audio_gap_seconds_count") == 0


def test_a_late_report_tells_when_the_sound_began(counted: Counted) -> None:
    sound = Sound()
    sound.asked(10_000)
    sound.reported(report(0, 10_500), 1)
    sound.reported(report(4_000, 15_000), 1)
    assert counted("audio_time_to_sound_seconds_count") == 1
    assert counted("audio_time_to_sound_seconds_sum") == 1


def test_of_two_wishes_the_first_counts(counted: Counted) -> None:
    sound = Sound()
    sound.asked(10_000)
    sound.asked(12_000)
    sound.reported(report(1_000, 14_000), 1)
    assert counted("audio_time_to_sound_seconds_sum") == 3


@pytest.mark.parametrize(("should_play", "missed"), [(True, 1), (False, 0)])
def test_a_wish_is_missed_when_nothing_is_heard_though_it_should(
    counted: Counted, should_play: bool, missed: int
) -> None:
    sound = Sound()
    sound.asked(0)
    for now_ms in range(0, 60_000, 1_000):
        sound.listen(now_ms, should_play=should_play)
    assert counted("audio_sound_missed_total") == missed
