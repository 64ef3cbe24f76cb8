"""A plan's tracks per month: counted when one begins, and none begins when they are used up."""

from __future__ import annotations

import pytest

from project.wire.messages import Order
from project.wire.orders import Jump, Pause, Play, Previous, Resume, Skip
from tests.workers.player.cast import Stage, all_of, only, saved, song
from workers.player.announcements import PlaybackStopped
from workers.player.effects import Announce, StartTrack, StopTrack
from workers.player.limits import Limits
from workers.player.outcomes import Denied, Resumed

USED_UP = Limits(tracks_per_month=50, tracks_used=50)


def test_a_track_is_counted_when_it_begins_and_not_when_it_is_asked_for(stage: Stage) -> None:
    asked = stage.order(Play(query="one"))
    assert not saved(asked).began
    assert saved(stage.found("c1", song("one"))).began
    assert not saved(stage.found(stage.reserve(), song("two"))).began
    assert saved(stage.order(Skip())).began


def test_a_pause_counts_nothing(concert: Stage) -> None:
    assert not saved(concert.order(Pause())).began
    assert not saved(concert.order(Resume())).began


@pytest.mark.parametrize("order", [Play(query="more"), Jump(position=1), Previous()])
def test_with_a_month_used_up_nothing_new_is_begun(concert: Stage, order: Order) -> None:
    concert.limits = USED_UP
    assert concert.ask(order) == Denied(key="plan.month_used_up", values={"limit": 50, "plan": "Free"})


def test_what_plays_when_the_month_is_used_up_plays_to_its_end_and_the_queue_is_kept(concert: Stage) -> None:
    waiting = concert.titles
    concert.limits = USED_UP
    effects = concert.order(Skip())
    assert all_of(effects, StartTrack) == []
    assert all_of(effects, StopTrack)
    assert only(effects, Announce).notice == PlaybackStopped(cause="month_used_up", kept=len(waiting))
    assert concert.titles == waiting
    assert isinstance(concert.ask(Resume()), Denied)
    concert.limits = Limits()
    assert isinstance(concert.ask(Resume()), Resumed)
    assert concert.current_title == waiting[0]
