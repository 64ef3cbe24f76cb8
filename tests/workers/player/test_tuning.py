"""Equalizer, speed and pitch, and the position clock at another speed."""

from __future__ import annotations

import pytest

from project.wire.messages import Order, Pause, Seek, SetFilters
from project.wire.tuning import SetEqualizer, SetPitch, SetSpeed
from tests.workers.player.cast import MINUTE, Stage, kinds, only, saved, song
from workers.player import effects
from workers.player.effects import StartTrack
from workers.player.facts import LivePlayer, NodeLost, PlayerAdopted, PositionReported, TrackStarted
from workers.player.filters import lavalink_filters, speed
from workers.player.guild_player import GuildPlayer
from workers.player.limits import Limits
from workers.player.outcomes import Added, Denied, Said


def told(stage: Stage, order: Order) -> dict[str, object]:
    """The filters that the node is told after an order."""
    return only(stage.order(order), effects.SetFilters).filters


def test_a_band_is_saved_and_told_to_the_node(concert: Stage) -> None:
    done = concert.order(SetEqualizer(band=1, gain=40))
    assert kinds(done) == ["Save", "SetFilters", "Reply"]
    assert only(done, effects.SetFilters).filters == {"equalizer": [{"band": 0, "gain": 0.4}]}
    assert saved(done).state.filters == {"equalizer": {"1": 40}}


def test_presets_and_bands_add_up_and_a_flat_band_says_nothing(concert: Stage) -> None:
    concert.order(SetFilters(preset="bassboost"))
    assert told(concert, SetEqualizer(band=1, gain=100))["equalizer"][0] == {"band": 0, "gain": 1.0}  # type: ignore[index]
    concert.order(SetEqualizer(band=1, gain=0))
    assert concert.player.state.filters == {"presets": ["bassboost"]}


def test_speed_and_pitch_multiply_with_a_preset(concert: Stage) -> None:
    concert.order(SetFilters(preset="nightcore"))
    concert.order(SetSpeed(percent=150))
    assert told(concert, SetPitch(percent=50)) == {"timescale": {"speed": 1.8, "pitch": 0.6, "rate": 1.0}}


def test_filter_off_takes_off_everything(concert: Stage) -> None:
    for order in (SetFilters(preset="8d"), SetSpeed(percent=150), SetEqualizer(band=3, gain=10)):
        concert.order(order)
    assert told(concert, SetFilters(preset="off")) == {}
    assert concert.player.state.filters == {}


@pytest.mark.parametrize(
    ("order", "key"),
    [
        (SetEqualizer(band=0, gain=1), "equalizer.range"),
        (SetEqualizer(band=16, gain=1), "equalizer.range"),
        (SetEqualizer(band=1, gain=-26), "equalizer.range"),
        (SetSpeed(percent=49), "factor.range"),
        (SetPitch(percent=201), "factor.range"),
    ],
)
def test_what_is_out_of_range_changes_nothing(concert: Stage, order: Order, key: str) -> None:
    answer = concert.ask(order)
    assert isinstance(answer, Denied)
    assert answer.key == key
    assert concert.player.state.filters == {}


def test_a_plan_without_fine_tuning_only_puts_back(concert: Stage) -> None:
    concert.order(SetSpeed(percent=150))
    concert.limits = Limits(fine_tuning=False)
    for order in (SetSpeed(percent=120), SetPitch(percent=120), SetEqualizer(band=1, gain=5)):
        assert concert.ask(order) == Denied(key="tuning.not_in_plan", values={"plan": "Free"})
    assert concert.ask(SetSpeed(percent=100)) == Said(key="speed.set", values={"level": 100})


def test_the_clock_runs_at_the_speed_of_the_music(concert: Stage) -> None:
    concert.order(SetSpeed(percent=200))
    concert.wait(10_000)
    assert concert.player.position_ms(concert.now_ms) == 60_000 + 20_000
    concert.order(SetSpeed(percent=50))
    concert.wait(10_000)
    assert concert.player.position_ms(concert.now_ms) == 80_000 + 5_000


def test_the_nodes_position_is_what_it_played_and_is_read_so(concert: Stage) -> None:
    concert.order(SetSpeed(percent=200))
    concert.wait(10_000)
    concert.handle(PositionReported(70_500, concert.now_ms, True))
    assert concert.player.position_ms(concert.now_ms) == 60_000 + 21_000
    concert.order(SetSpeed(percent=100))
    concert.wait(1_000)
    concert.handle(PositionReported(71_500, concert.now_ms, True))
    assert concert.player.position_ms(concert.now_ms) == 82_000


def test_after_a_seek_both_agree_again(concert: Stage) -> None:
    concert.order(SetSpeed(percent=200))
    concert.wait(10_000)
    concert.order(Seek(to_ms=30_000))
    concert.wait(1_000)
    concert.handle(PositionReported(31_000, concert.now_ms, True))
    assert concert.player.position_ms(concert.now_ms) == 32_000


def test_a_pause_stands_still_at_any_speed(concert: Stage) -> None:
    concert.order(SetSpeed(percent=200))
    concert.wait(10_000)
    concert.order(Pause())
    concert.wait(10_000)
    assert concert.player.position_ms(concert.now_ms) == 80_000


def test_on_another_node_it_goes_on_at_its_place_in_the_track(concert: Stage) -> None:
    concert.order(SetSpeed(percent=200))
    concert.wait(10_000)
    start = only(concert.handle(NodeLost(concert.now_ms)), StartTrack)
    assert start.position_ms == 80_000
    assert start.filters == {"timescale": {"speed": 2.0, "pitch": 1.0, "rate": 1.0}}


def test_a_new_owner_keeps_the_place_in_the_track(concert: Stage) -> None:
    concert.order(SetSpeed(percent=200))
    concert.wait(10_000)
    old, now = concert.player, concert.now_ms
    concert.player = GuildPlayer.restore(old.state, old.current, old.queue, old.played)
    live = LivePlayer(1, concert.current_id, old.state.rev, 1, 70_000, now, False, 100, True)
    assert kinds(concert.handle(PlayerAdopted(live, now))) == []
    assert concert.player.position_ms(now) == 80_000
    concert.wait(5_000)
    concert.handle(PositionReported(75_000, concert.now_ms, True))
    assert concert.player.position_ms(concert.now_ms) == 90_000


def test_what_comes_waits_as_long_as_it_will_be_heard(stage: Stage) -> None:
    stage.play("One")
    stage.handle(TrackStarted(1, stage.now_ms))
    stage.order(SetSpeed(percent=200))
    stage.play("Two")
    answer = only(stage.found(stage.reserve(), song("Three")), effects.Reply).conclusion
    assert isinstance(answer, Added)
    assert answer.wait_ms == 2 * 3 * MINUTE // 2


@pytest.mark.parametrize(
    ("filters", "expected"), [({}, 1.0), ({"presets": ["nightcore"]}, 1.2), ({"speed": 50}, 0.5), ({"pitch": 50}, 1.0)]
)
def test_speeds(filters: dict[str, object], expected: float) -> None:
    assert speed(filters) == expected
    assert lavalink_filters(filters).get("timescale", {}).get("speed", 1.0) == expected
