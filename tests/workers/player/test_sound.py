"""Volume, loop and filters."""

from __future__ import annotations

import pytest

from project.wire.messages import Leave, Order, Resume, SetFilters, SetLoop, SetVolume, Skip
from project.wire.tuning import SetEqualizer, SetPitch, SetSpeed
from tests.workers.player.cast import Stage, all_of, kinds, only, saved, song
from workers.player import effects
from workers.player.effects import Reply, StartTrack
from workers.player.facts import NodeLost
from workers.player.filters import PRESETS, active, lavalink_filters
from workers.player.limits import Limits
from workers.player.outcomes import Denied, Said


def test_volume_is_saved_and_told_to_the_node(concert: Stage) -> None:
    done = concert.order(SetVolume(level=140))
    assert kinds(done) == ["Save", "SetVolume", "Reply"]
    assert only(done, effects.SetVolume).volume == 140
    assert saved(done).state.volume == 140


@pytest.mark.parametrize(
    ("order", "level"), [(SetVolume(by=-10), 90), (SetVolume(by=30), 120), (SetVolume(by=99), 120)]
)
def test_steps_end_at_what_the_plan_allows(concert: Stage, order: SetVolume, level: int) -> None:
    concert.limits = Limits(volume_cap=120)
    assert concert.ask(order) == Said(key="volume.set", values={"level": level})


@pytest.mark.parametrize(
    ("order", "denied"),
    [
        (SetVolume(level=101), Denied(key="volume.cap.plan", values={"cap": 100, "plan": "Free"})),
        (SetVolume(level=-1), Denied(key="volume.cap.plan", values={"cap": 100, "plan": "Free"})),
        (SetVolume(by=10), Denied(key="volume.highest.plan", values={"cap": 100, "plan": "Free"})),
        (SetVolume(), Denied(key="volume.unclear", values={"cap": 100})),
        (SetVolume(level=5, by=5), Denied(key="volume.unclear", values={"cap": 100})),
    ],
)
def test_a_volume_that_cannot_be_says_why(concert: Stage, order: SetVolume, denied: Denied) -> None:
    concert.limits = Limits(volume_cap=100)
    assert concert.ask(order) == denied


def test_the_loudest_plan_promises_nothing_louder(concert: Stage) -> None:
    assert concert.ask(SetVolume(level=201)) == Denied(key="volume.cap", values={"cap": 200})


def test_a_plan_may_have_some_filters_alone(concert: Stage) -> None:
    concert.limits = Limits(presets=frozenset({"nightcore", "bassboost"}))
    denied = concert.ask(SetFilters(preset="8d"))
    assert isinstance(denied, Denied)
    assert (denied.key, denied.values["known"]) == ("filter.not_in_plan", "bassboost, nightcore")
    assert isinstance(concert.ask(SetFilters(preset="nightcore")), Said)


def test_silence_cannot_be_quieter(concert: Stage) -> None:
    concert.order(SetVolume(level=0))
    assert concert.ask(SetVolume(by=-10)) == Denied(key="volume.lowest")


def test_a_plan_that_shrank_still_lets_it_be_quieter(concert: Stage) -> None:
    concert.order(SetVolume(level=200))
    concert.limits = Limits(volume_cap=100)
    assert concert.ask(SetVolume(by=-10)) == Said(key="volume.set", values={"level": 100})


def test_after_a_plan_shrank_the_next_track_is_as_loud_as_it_allows(concert: Stage) -> None:
    concert.order(SetVolume(level=200))
    concert.limits = Limits(volume_cap=100)
    assert only(concert.order(Skip()), StartTrack).volume == 100
    assert concert.player.state.volume == 100


PAID = {"presets": ["karaoke", "nightcore", "bassboost"], "equalizer": {"1": 40}, "speed": 150, "pitch": 80}


@pytest.mark.parametrize(
    ("limits", "left"),
    [
        (Limits(), PAID),
        (Limits(fine_tuning=False), {"presets": ["karaoke", "nightcore", "bassboost"]}),
        (Limits(filter_presets=1, fine_tuning=False), {"presets": ["bassboost"]}),
        (Limits(presets=frozenset({"nightcore"}), filter_presets=1, fine_tuning=False), {"presets": ["nightcore"]}),
        (Limits(presets=frozenset(), fine_tuning=False), {}),
    ],
)
def test_after_a_plan_shrank_the_next_track_has_the_filters_that_it_allows(
    concert: Stage, limits: Limits, left: dict[str, object]
) -> None:
    orders: list[Order] = [SetFilters(preset=name) for name in ("karaoke", "nightcore", "bassboost")]
    for order in [*orders, SetEqualizer(band=1, gain=40), SetSpeed(percent=150), SetPitch(percent=80)]:
        concert.order(order)
    concert.limits = limits
    start = only(concert.order(Skip()), StartTrack)
    assert start.filters == lavalink_filters(left)
    assert concert.player.state.filters == left


def test_what_plays_when_a_plan_shrinks_sounds_as_it_did_to_its_end(concert: Stage) -> None:
    concert.order(SetFilters(preset="8d"))
    concert.limits = Limits(presets=frozenset())
    assert only(concert.handle(NodeLost(concert.now_ms)), StartTrack).filters == PRESETS["8d"]


def test_what_is_set_in_silence_counts_for_what_comes(stage: Stage) -> None:
    assert kinds(stage.order(SetVolume(level=60))) == ["Save", "Reply"]
    assert kinds(stage.order(SetFilters(preset="8d"))) == ["Save", "Reply"]
    start = only(stage.found(stage.reserve(), song()), StartTrack)
    assert (start.volume, start.filters) == (60, PRESETS["8d"])


def test_loop_takes_a_mode_or_the_next_one(concert: Stage) -> None:
    assert concert.ask(SetLoop(mode="queue")) == Said(key="loop.queue")
    assert concert.player.state.loop == "queue"
    modes = [concert.ask(SetLoop()) for _ in range(3)]
    assert modes == [Said(key="loop.off"), Said(key="loop.track"), Said(key="loop.queue")]


def test_filters_stack_and_toggle(concert: Stage) -> None:
    done = concert.order(SetFilters(preset="bassboost"))
    assert only(done, effects.SetFilters).filters == PRESETS["bassboost"]
    assert concert.ask(SetFilters(preset="8d")) == Said(key="filters.set", values={"filters": "bassboost, 8d"})
    assert active(concert.player.state.filters) == ("bassboost", "8d")
    assert concert.ask(SetFilters(preset="bassboost")) == Said(key="filters.set", values={"filters": "8d"})
    assert concert.ask(SetFilters(preset="off")) == Said(key="filters.none")
    assert concert.player.state.filters == {}


def test_filters_may_be_told_on_or_off(concert: Stage) -> None:
    concert.order(SetFilters(preset="soft", on=True))
    again = concert.order(SetFilters(preset="soft", on=True))
    assert all_of(again, effects.SetFilters) == []
    assert active(concert.player.state.filters) == ("soft",)
    assert concert.ask(SetFilters(preset="8d", on=False)) == Said(key="filters.set", values={"filters": "soft"})
    assert concert.ask(SetFilters(preset="soft", on=False)) == Said(key="filters.none")


def test_a_filter_that_cannot_be_says_why(concert: Stage) -> None:
    denied = concert.ask(SetFilters(preset="loudest"))
    assert isinstance(denied, Denied)
    assert (denied.key, denied.values["filter"]) == ("filter.unknown", "loudest")
    concert.limits = Limits(filter_presets=1)
    concert.order(SetFilters(preset="8d"))
    denied = Denied(key="filter.too_many", values={"n": 1, "plan": "Free"})
    assert concert.ask(SetFilters(preset="soft", on=True)) == denied, "a program names all that it wants"
    assert concert.ask(SetFilters(preset="8d")) == Said(key="filters.none"), "off is always possible"


def test_a_member_who_picks_another_filter_than_a_small_plan_has_room_for_gets_it_instead(concert: Stage) -> None:
    concert.limits = Limits(filter_presets=1)
    concert.order(SetFilters(preset="bassboost"))
    done = concert.order(SetFilters(preset="nightcore"))
    assert only(done, effects.SetFilters).filters == PRESETS["nightcore"]
    values: dict[str, str | int] = {"filters": "nightcore", "replaced": "bassboost", "n": 1, "plan": "Free"}
    assert only(done, Reply).conclusion == Said(key="filters.replaced", values=values)


def test_the_filter_that_was_switched_on_first_gives_way_first(concert: Stage) -> None:
    concert.limits = Limits(filter_presets=2)
    for preset in ("8d", "soft", "karaoke"):
        concert.order(SetFilters(preset=preset))
    assert active(concert.player.state.filters) == ("soft", "karaoke")


def test_every_start_says_all_that_is_set(concert: Stage) -> None:
    concert.order(SetFilters(preset="nightcore"))
    concert.order(SetVolume(level=30))
    for effects_of_a_start in (concert.order(Skip()), [*concert.order(Leave()), *concert.order(Resume())]):
        start = only(effects_of_a_start, StartTrack)
        assert (start.volume, start.filters) == (30, PRESETS["nightcore"])


def test_equalizers_add_up_within_what_lavalink_takes() -> None:
    together = lavalink_filters({"presets": ["bassboost", "clarity", "8d"]})
    assert together["rotation"] == {"rotationHz": 0.2}
    gains = {band["band"]: band["gain"] for band in together["equalizer"]}
    assert (gains[0], gains[8]) == (0.2, 0.15)
    assert all(-0.25 <= gain <= 1.0 for gain in gains.values())


def test_presets_of_a_newer_process_are_left_alone() -> None:
    assert lavalink_filters({"presets": ["unheard", "8d"]}) == PRESETS["8d"]
