"""What counts as heard, and how often the player is told that it is not."""

from __future__ import annotations

from workers.audio.ear import RUNG_MS, UNHEARD_MS, Ear
from workers.player.facts import PositionReported, Unheard


def listen(ear: Ear, until_ms: int, *, should_play: bool = True) -> list[int]:
    """Rungs asked for when it is asked every second up to a moment."""
    asked = (ear.listen(now_ms, should_play=should_play) for now_ms in range(0, until_ms + 1, 1_000))
    return [unheard.rung for unheard in asked if unheard is not None]


def test_a_position_that_moves_is_heard() -> None:
    ear = Ear()
    for now_ms in range(0, 60_000, 1_000):
        if now_ms % 5_000 == 0:
            ear.reported(PositionReported(now_ms, now_ms, connected=True), now_ms)
        assert ear.listen(now_ms, should_play=True) is None


def test_silence_is_said_again_and_again_and_then_not_any_more() -> None:
    assert listen(Ear(), UNHEARD_MS - 1_000) == []
    assert listen(Ear(), UNHEARD_MS) == [1]
    assert listen(Ear(), UNHEARD_MS + 9 * RUNG_MS) == [1, 2, 3, 4]


def test_without_voice_nothing_is_heard_though_the_position_moves() -> None:
    ear = Ear()
    ear.listen(0, should_play=True)
    ear.reported(PositionReported(5_000, 5_000, connected=False), 5_000)
    assert ear.listen(UNHEARD_MS, should_play=True) == Unheard(1, UNHEARD_MS)


def test_a_position_that_stands_still_is_silence() -> None:
    ear = Ear()
    for now_ms in (0, 5_000, 10_000):
        ear.reported(PositionReported(400, now_ms, connected=True), now_ms)
    assert ear.listen(UNHEARD_MS, should_play=True) == Unheard(1, UNHEARD_MS)


def test_what_should_not_play_need_not_be_heard() -> None:
    assert listen(Ear(), 10 * UNHEARD_MS, should_play=False) == []


def test_heard_again_it_begins_anew() -> None:
    ear = Ear()
    assert listen(ear, UNHEARD_MS) == [1]
    ear.reported(PositionReported(700, 13_000, connected=True), 13_000)
    assert ear.listen(13_000 + UNHEARD_MS - 1, should_play=True) is None
    assert ear.listen(13_000 + UNHEARD_MS, should_play=True) == Unheard(1, 13_000 + UNHEARD_MS)
