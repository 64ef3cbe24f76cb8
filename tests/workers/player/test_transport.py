"""Pause, resume, skip and stop, and what the position clock says meanwhile."""

from __future__ import annotations

from typing import Literal

import pytest
from msgspec.structs import replace

from project.wire.messages import Leave, Pause, Play, Resume, SetLoop, Skip, Stop
from tests.workers.player.cast import ALICE, BOB, LOUNGE, STUDIO, Stage, kinds, only, saved, song, started
from workers.player.effects import MoveTo, Reply, SetPaused, StartTrack
from workers.player.facts import PositionReported, TrackEnded, TrackStarted
from workers.player.outcomes import Paused, Refused, Resumed, Skipped, Stopped


def test_pause_holds_the_clock(concert: Stage) -> None:
    effects = concert.order(Pause())
    assert kinds(effects) == ["Save", "SetPaused", "Reply"]
    assert only(effects, SetPaused).paused
    assert concert.player.current is not None
    assert only(effects, Reply).conclusion == Paused(entry=concert.player.current, position_ms=60_000)
    concert.wait(5_000)
    assert concert.player.position_ms(concert.now_ms) == 60_000
    assert not concert.player.playing


def test_resume_lets_it_run_on(concert: Stage) -> None:
    concert.order(Pause())
    concert.wait(5_000)
    effects = concert.order(Resume())
    assert kinds(effects) == ["Save", "SetPaused", "Reply"]
    assert not only(effects, SetPaused).paused
    concert.wait(1_000)
    assert concert.player.position_ms(concert.now_ms) == 61_000


def test_what_cannot_be_paused_or_resumed_says_so(stage: Stage) -> None:
    assert stage.refusal(Pause()) == "nothing_playing"
    assert stage.refusal(Resume()) == "nothing_playing"
    stage.play("One")
    assert stage.refusal(Resume()) == "not_paused"
    stage.order(Pause())
    assert stage.refusal(Pause()) == "already_paused"


def test_the_clock_stops_at_the_end_and_follows_reports(concert: Stage) -> None:
    concert.order(Skip())
    concert.handle(PositionReported(61_000, concert.now_ms, True))
    assert concert.player.position_ms(concert.now_ms) == 0, "a report about the track before"
    concert.wait(300)
    concert.handle(TrackStarted(concert.current_id, concert.now_ms))
    assert concert.player.position_ms(concert.now_ms) == 0
    assert concert.handle(PositionReported(5_400, concert.now_ms, True)) == []
    concert.wait(600)
    assert concert.player.position_ms(concert.now_ms) == 6_000
    concert.wait(999_999)
    assert concert.player.position_ms(concert.now_ms) == 180_000


def test_skip_names_both_tracks(concert: Stage) -> None:
    one = concert.player.current
    assert one is not None
    effects = concert.order(Skip())
    assert kinds(effects) == ["Save", "StartTrack", "Reply"]
    assert only(effects, Reply).conclusion == Skipped(entry=one, next=concert.player.current)
    assert started(effects) == "Two"
    assert [status for _, status in saved(effects).put] == ["played", "current"]


def test_skipping_the_last_one_is_silent(stage: Stage) -> None:
    stage.play("One")
    effects = stage.order(Skip())
    assert kinds(effects) == ["Save", "StopTrack", "Reply"]
    assert stage.player.current is None
    assert stage.player.state.voice_channel_id == LOUNGE
    assert stage.refusal(Skip()) == "nothing_playing"


def test_skipping_a_paused_track_plays_the_next(concert: Stage) -> None:
    concert.order(Pause())
    assert not only(concert.order(Skip()), StartTrack).paused
    assert concert.player.playing


def test_a_skip_from_before_the_track_began_is_too_late(concert: Stage) -> None:
    before = concert.now_ms - 50
    concert.handle(TrackEnded(concert.current_id, "finished", concert.now_ms))
    conclusion = concert.ask(Skip(), issued_ms=before)
    assert conclusion == Refused(reason="already_skipped", detail="Two")


def test_a_button_skips_only_the_entry_it_names(concert: Stage) -> None:
    one = concert.current_id
    concert.order(Skip(entry=one))
    assert concert.refusal(Skip(entry=one)) == "already_skipped"
    assert concert.current_title == "Two"


def test_two_members_skipping_at_once_skip_one(concert: Stage) -> None:
    concert.order(Skip(), ALICE)
    concert.wait(400)
    assert concert.refusal(Skip(), BOB) == "already_skipped"
    concert.wait(700)
    assert isinstance(concert.ask(Skip(), BOB), Skipped)


def test_one_member_may_skip_twice_in_a_row(concert: Stage) -> None:
    concert.order(Skip(), ALICE)
    concert.wait(400)
    assert isinstance(concert.ask(Skip(), ALICE), Skipped)


def test_stop_clears_and_leaves(concert: Stage) -> None:
    effects = concert.order(Stop())
    assert kinds(effects) == ["Save", "DestroyPlayer", "MoveTo", "Reply"]
    assert only(effects, MoveTo).channel_id is None
    assert only(effects, Reply).conclusion == Stopped(cleared=2)
    assert len(saved(effects).removed) == 2
    assert concert.player.idle
    assert concert.player.queue == ()
    assert concert.refusal(Stop()) == "nothing_playing"


@pytest.mark.parametrize("mode", ["track", "queue"])
def test_what_is_asked_for_after_a_stop_is_not_repeated(concert: Stage, mode: Literal["track", "queue"]) -> None:
    concert.order(SetLoop(mode=mode))
    assert saved(concert.order(Leave())).state.loop == mode, "leaving keeps all"
    assert saved(concert.order(Stop())).state.loop == "off"


def test_resume_comes_back_to_the_position_after_leave(concert: Stage) -> None:
    concert.order(Leave())
    concert.wait(999_000)
    assert concert.refusal(Pause()) == concert.refusal(Skip()) == "nothing_playing"
    effects = concert.order(Resume(), BOB)
    assert kinds(effects) == ["Save", "MoveTo", "StartTrack", "Reply"]
    start = only(effects, StartTrack)
    assert (start.entry.track.title, start.position_ms) == ("One", 60_000)
    assert only(effects, Reply).conclusion == Resumed(entry=start.entry, position_ms=60_000)


def test_resume_after_a_stop_that_kept_nothing(stage: Stage) -> None:
    stage.play("One")
    stage.order(Skip())
    stage.order(Leave())
    assert stage.refusal(Resume()) == "queue_empty"


def test_resume_fetches_the_bot_to_where_the_member_is(concert: Stage) -> None:
    concert.order(Leave())
    moved = only(concert.order(Resume(), replace(BOB, voice_channel_id=STUDIO)), MoveTo)
    assert moved.channel_id == STUDIO


def test_a_looped_track_comes_again_as_a_new_entry_until_skipped(concert: Stage) -> None:
    concert.loop("track")
    one = concert.current_id
    effects = concert.handle(TrackEnded(one, "finished", concert.now_ms))
    assert started(effects) == "One"
    assert concert.current_id != one
    assert concert.handle(TrackEnded(one, "finished", concert.now_ms)) == []
    assert started(concert.order(Skip())) == "Two"


def test_a_looped_queue_comes_round(concert: Stage) -> None:
    concert.loop("queue")
    concert.handle(TrackEnded(concert.current_id, "finished", concert.now_ms))
    assert (concert.current_title, concert.titles) == ("Two", ["Three", "One"])


def test_a_search_at_the_head_silences_a_skip_until_it_ends(stage: Stage) -> None:
    stage.play("One")
    pending = stage.reserve(Play(query="x"))
    assert kinds(stage.order(Skip())) == ["Save", "StopTrack", "Reply"]
    assert started(stage.found(pending, song("Two"))) == "Two"


def test_what_a_stop_has_kept_is_said_by_whoever_finds_nothing_playing(concert: Stage) -> None:
    concert.order(Leave())
    assert concert.ask(Skip()) == Refused(reason="nothing_playing", limit=3)


def test_a_skip_to_what_is_still_searched_for_does_not_call_the_queue_empty(concert: Stage) -> None:
    concert.reserve(Play(query="x", position="next"))
    skipped = concert.ask(Skip())
    assert isinstance(skipped, Skipped)
    assert (skipped.next, skipped.awaited) == (None, True)
