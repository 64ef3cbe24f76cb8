"""How often a player message may change."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import BotPace, Pace


class Clock:
    """A clock that stands until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def whole(clock: Clock) -> BotPace:
    return BotPace(lambda: 1.0, clock=clock)


def test_a_burst_is_shown_at_once_and_the_rest_is_spread() -> None:
    clock = Clock()
    pace = Pace(whole(clock), burst=2, seconds_each=1.0, clock=clock)
    assert [pace.take(1) for _ in range(4)] == [0.0, 0.0, 1.0, 2.0]
    assert pace.take(2) == 0.0, "another guild has its own"
    clock.now += 10
    assert [pace.take(1) for _ in range(3)] == [0.0, 0.0, 1.0]


@given(st.lists(st.floats(min_value=0, max_value=3), max_size=40))
def test_discords_five_in_five_seconds_are_never_exceeded(pauses: list[float]) -> None:
    clock, shown = Clock(), list[float]()
    pace = Pace(whole(clock), clock=clock)
    for pause in pauses:
        clock.now += pause
        clock.now += pace.take(1)
        shown.append(clock.now)
    assert all(later - earlier >= 4.999 for earlier, later in zip(shown, shown[5:], strict=False))


@given(st.lists(st.floats(min_value=0, max_value=0.2), max_size=60), st.sampled_from([1.0, 0.5]))
def test_all_guilds_together_stay_far_below_what_discord_takes_from_a_bot(pauses: list[float], share: float) -> None:
    clock, shown = Clock(), list[float]()
    pace = BotPace(lambda: share, clock=clock)
    for pause in pauses:
        clock.now += pause
        shown.append(clock.now + pace.take())
    most = round(10 + 20 * share)
    assert all(later - earlier >= 0.999 for earlier, later in zip(shown, shown[most:], strict=False))


def test_a_quiet_bot_shows_at_once() -> None:
    clock = Clock()
    pace = whole(clock)
    assert [pace.take() for _ in range(10)] == [0.0] * 10
    assert pace.take() > 0
