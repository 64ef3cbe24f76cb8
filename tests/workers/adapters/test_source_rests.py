"""A source that fails again and again rests, is tried, and comes back; others never notice."""

from __future__ import annotations

import pytest

from workers.adapters.source_rests import (
    FAILURES,
    REST_SECONDS,
    TRIAL_SECONDS,
    WINDOW_SECONDS,
    SourceRests,
)
from workers.adapters.sources import OTHER, SOURCES, source_of


class Clock:
    """Seconds that the test turns."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rests(clock: Clock) -> SourceRests:
    return SourceRests(clock)


def fail(rests: SourceRests, source: str = "youtube", times: int = FAILURES) -> None:
    """Of different things."""
    for number in range(times):
        rests.failed(source, f"{source} {number}")


def test_a_source_that_fails_again_and_again_rests_alone(rests: SourceRests) -> None:
    fail(rests, times=FAILURES - 1)
    assert rests.may_ask("youtube")
    fail(rests)
    assert not rests.may_ask("youtube")
    assert all(rests.may_ask(source) for source in SOURCES if source != "youtube")


def test_one_dead_link_does_not_make_it_rest(rests: SourceRests) -> None:
    for _ in range(3 * FAILURES):
        rests.failed("youtube", "https://youtu.be/dead")
    assert rests.may_ask("youtube")


def test_a_source_that_mostly_answers_does_not_rest(rests: SourceRests) -> None:
    for number in range(FAILURES):
        rests.answered("youtube")
        rests.failed("youtube", str(number))
    assert rests.may_ask("youtube")


def test_failures_of_long_ago_do_not_count(rests: SourceRests, clock: Clock) -> None:
    fail(rests, times=FAILURES - 1)
    clock.now += WINDOW_SECONDS
    rests.failed("youtube", "late")
    assert rests.may_ask("youtube")


def test_after_its_rest_one_query_tries_it_for_all(rests: SourceRests, clock: Clock) -> None:
    fail(rests)
    clock.now += REST_SECONDS
    assert [rests.may_ask("youtube") for _ in range(3)] == [True, False, False]
    rests.answered("youtube")
    assert [rests.may_ask("youtube") for _ in range(3)] == [True, True, True]
    fail(rests, times=FAILURES - 1)
    assert rests.may_ask("youtube"), "what was before its rest is forgotten"


def test_a_trial_that_fails_lets_it_rest_again(rests: SourceRests, clock: Clock) -> None:
    fail(rests)
    clock.now += REST_SECONDS
    assert rests.may_ask("youtube")
    rests.failed("youtube", "one")
    clock.now += REST_SECONDS - 1
    assert not rests.may_ask("youtube")
    clock.now += 1
    assert rests.may_ask("youtube")


def test_a_trial_that_nobody_hears_of_is_followed_by_another(rests: SourceRests, clock: Clock) -> None:
    fail(rests)
    clock.now += REST_SECONDS
    assert rests.may_ask("youtube")
    clock.now += TRIAL_SECONDS
    assert rests.may_ask("youtube")


def test_addresses_of_anybody_never_rest(rests: SourceRests) -> None:
    fail(rests, OTHER, 9 * FAILURES)
    assert rests.may_ask(OTHER)


@pytest.mark.parametrize(
    ("identifier", "source"),
    [
        ("ytsearch:words", "youtube"),
        ("ytmsearch:words", "youtube"),
        ("scsearch:words", "soundcloud"),
        ("spsearch:words", "spotify"),
        ("https://www.youtube.com/watch?v=a", "youtube"),
        ("https://music.youtube.com/watch?v=a", "youtube"),
        ("https://youtu.be/a", "youtube"),
        ("https://on.soundcloud.com/a", "soundcloud"),
        ("https://somebody.bandcamp.com/track/a", "bandcamp"),
        ("https://open.spotify.com/track/a", "spotify"),
        ("https://music.apple.com/de/album/a", "applemusic"),
        ("https://apple.com/", OTHER),
        ("https://notyoutube.com/", OTHER),
        ("https://youtube.com.example/", OTHER),
        ("https://music.example/a.mp3", OTHER),
        ("/music/a.mp3", OTHER),
    ],
)
def test_which_source_is_asked(identifier: str, source: str) -> None:
    assert source_of(identifier) == source
