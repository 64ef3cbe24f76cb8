"""What the node reports: ends, failures, late and doubled facts."""

from __future__ import annotations

from typing import Literal

import pytest

from project.wire.messages import Resume, Skip
from tests.workers.player.cast import CHAT, LOUNGE, Stage, kinds, only, saved, song, started
from workers.player.announcements import PlaybackStopped, TrackSkipped
from workers.player.effects import Announce
from workers.player.facts import TrackEnded, TrackFailed, TrackStarted, TrackStuck
from workers.player.limits import GuildRules


def end(
    stage: Stage, entry: int, reason: Literal["finished", "loadFailed", "stopped", "replaced", "cleanup"]
) -> list[str]:
    """What a TrackEnded brings about."""
    return kinds(stage.handle(TrackEnded(entry, reason, stage.now_ms)))


def test_the_next_track_starts_by_itself(concert: Stage) -> None:
    assert end(concert, concert.current_id, "finished") == ["Save", "StartTrack"]
    assert (concert.current_title, concert.titles) == ("Two", ["Three"])


def test_a_doubled_end_advances_once(concert: Stage) -> None:
    one = concert.current_id
    end(concert, one, "finished")
    assert end(concert, one, "finished") == []
    assert concert.current_title == "Two"


@pytest.mark.parametrize("reason", ["stopped", "replaced"])
def test_ends_of_our_own_making_do_not_advance(concert: Stage, reason: Literal["stopped", "replaced"]) -> None:
    assert end(concert, concert.current_id, reason) == []
    assert concert.current_title == "One"


def test_at_the_end_of_the_queue_the_bot_stays(stage: Stage) -> None:
    stage.play("One")
    assert end(stage, stage.current_id, "finished") == ["Save"]
    assert stage.player.current is None
    assert stage.player.state.voice_channel_id == LOUNGE
    assert not stage.player.idle


def test_an_exception_skips_once_whatever_end_follows(concert: Stage) -> None:
    one = concert.current_id
    effects = concert.handle(TrackFailed(one, "404", concert.now_ms))
    assert kinds(effects) == ["Save", "StartTrack", "Announce"]
    announced = only(effects, Announce)
    assert announced.channel_id == CHAT
    notice = announced.notice
    assert isinstance(notice, TrackSkipped)
    assert (notice.entry.track.title, notice.message, notice.next) == ("One", "404", concert.player.current)
    assert end(concert, one, "finished") == end(concert, one, "loadFailed") == []
    assert started(concert.order(Skip())) == "Three"


def test_what_two_guilds_are_told_of_their_first_tracks_are_two_messages() -> None:
    nonces = set()
    for chat in (CHAT, CHAT + 1):
        stage = Stage(rules=GuildRules(announce_channel_id=chat))
        stage.play("One", "Two")
        nonces.add(only(stage.handle(TrackFailed(stage.current_id, "404", stage.now_ms)), Announce).nonce)
    assert len(nonces) == 2


def test_a_track_that_cannot_be_loaded_or_is_stuck_is_skipped(concert: Stage) -> None:
    assert end(concert, concert.current_id, "loadFailed") == ["Save", "StartTrack", "Announce"]
    stuck = concert.handle(TrackStuck(concert.current_id, concert.now_ms))
    assert started(stuck) == "Three"


def test_a_stuck_last_track_is_silenced(stage: Stage) -> None:
    stage.play("One")
    effects = stage.handle(TrackStuck(stage.current_id, stage.now_ms))
    assert kinds(effects) == ["Save", "StopTrack", "Announce"]


def test_three_failures_stop_the_player_and_keep_the_queue(concert: Stage) -> None:
    concert.play("Four")
    for _ in range(2):
        concert.handle(TrackFailed(concert.current_id, "no", concert.now_ms))
        concert.wait(17_000)
    effects = concert.handle(TrackFailed(concert.current_id, "no", concert.now_ms))
    assert kinds(effects) == ["Save", "StopTrack", "Announce"]
    assert only(effects, Announce).notice == PlaybackStopped(cause="failures", kept=1)
    assert concert.player.state.stopped_by == "failures"
    assert (concert.player.current, concert.titles) == (None, ["Four"])
    assert started(concert.order(Resume())) == "Four"


def test_failures_far_apart_do_not_stop_it(concert: Stage) -> None:
    concert.play("Four")
    for _ in range(3):
        concert.handle(TrackFailed(concert.current_id, "no", concert.now_ms))
        concert.wait(18_000)
    assert concert.current_title == "Four"


def test_a_looped_track_that_fails_is_not_tried_for_ever(concert: Stage) -> None:
    concert.loop("track")
    concert.handle(TrackFailed(concert.current_id, "no", concert.now_ms))
    assert concert.current_title == "Two"


def test_a_minute_without_voice_stops_and_keeps_the_track(concert: Stage) -> None:
    assert end(concert, concert.current_id, "cleanup") == ["Save", "DestroyPlayer", "MoveTo", "Announce"]
    assert (concert.current_title, concert.player.state.stopped_by) == ("One", "voice_lost")


def test_late_facts_about_other_entries_change_nothing(concert: Stage) -> None:
    now = concert.now_ms
    before = concert.player.checkpoint()
    for fact in (TrackStarted(99, now), TrackEnded(99, "finished", now), TrackFailed(99, "", now), TrackStuck(99, now)):
        assert concert.handle(fact) == []
    assert concert.player.checkpoint() == before


def test_only_the_last_fifty_are_remembered(stage: Stage) -> None:
    songs = [song(str(number)) for number in range(53)]
    stage.found(stage.reserve(), *songs, playlist="Album")
    removed: list[int] = []
    for _ in range(52):
        effects = stage.handle(TrackEnded(stage.current_id, "finished", stage.now_ms))
        removed += saved(effects).removed
    assert [entry.track.title for entry in stage.player.played][0::49] == ["2", "51"]
    assert removed == [1, 2]
