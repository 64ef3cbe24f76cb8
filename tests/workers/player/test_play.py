"""Playing: places in the line, searches that end in any order, limits, and when the bot comes and goes."""

from __future__ import annotations

import pytest

from project.wire.messages import Join, Leave, Pause, Play, SetLoop, Stop
from tests.workers.player.cast import (
    ALICE,
    BOB,
    CHARLIE,
    CHAT,
    DORA,
    LOUNGE,
    MINUTE,
    STUDIO,
    TOKEN,
    Stage,
    all_of,
    kinds,
    only,
    saved,
    song,
    started,
)
from workers.player.effects import MoveTo, Reply, Save, Search, StartTrack
from workers.player.facts import PlaceGivenUp, TracksFound
from workers.player.limits import Limits
from workers.player.outcomes import Added, AddedMany, Refused


def test_the_first_play_brings_the_bot_while_the_search_runs(stage: Stage) -> None:
    effects = stage.order(Play(query=" tone "))
    assert kinds(effects) == ["Save", "MoveTo", "Search"]
    assert only(effects, MoveTo).channel_id == LOUNGE
    assert only(effects, MoveTo).rev == saved(effects).state.rev == 1
    assert only(effects, Search) == Search("c1", "tone")


def test_what_is_found_first_plays_now(stage: Stage) -> None:
    effects = stage.found(stage.reserve(), song("One"))
    assert kinds(effects) == ["Save", "StartTrack", "Reply"]
    start = only(effects, StartTrack)
    assert (start.position_ms, start.paused, start.volume, start.rev) == (0, False, 100, stage.player.state.rev)
    conclusion = only(effects, Reply).conclusion
    assert isinstance(conclusion, Added)
    assert (conclusion.entry, conclusion.position, conclusion.wait_ms) == (stage.player.current, 0, 0)
    assert stage.player.state.text_channel_id == CHAT


def test_a_later_one_waits_and_is_told_how_long(concert: Stage) -> None:
    conclusion = only(concert.found(concert.reserve(), song("Four")), Reply).conclusion
    assert isinstance(conclusion, Added)
    assert conclusion.position == 3
    assert conclusion.wait_ms == pytest.approx(8 * MINUTE, abs=200)


def test_behind_a_live_stream_the_wait_is_unknown(stage: Stage) -> None:
    stage.found(stage.reserve(), song("Radio", stream=True))
    conclusion = only(stage.found(stage.reserve(), song("One")), Reply).conclusion
    assert isinstance(conclusion, Added)
    assert (conclusion.position, conclusion.wait_ms) == (1, None)


def test_a_search_that_ends_early_does_not_overtake(stage: Stage) -> None:
    first, second = stage.reserve(), stage.reserve(actor=BOB)
    early = stage.found(second, song("Second"))
    assert kinds(early) == ["Save", "Reply"]
    assert stage.player.current is None
    late = stage.found(first, song("First"))
    assert started(late) == "First"
    assert stage.titles == ["Second"]


def test_the_one_behind_a_failed_search_starts(stage: Stage) -> None:
    first, second = stage.reserve(), stage.reserve()
    stage.found(second, song("Second"))
    effects = stage.found(first)
    assert started(effects) == "Second"
    assert only(effects, Reply).conclusion == Refused(reason="nothing_found", detail="anything")


def test_a_playlist_found_late_fits_between_its_neighbours(stage: Stage) -> None:
    stage.play("One", "Two")
    album, last = stage.reserve(), stage.reserve()
    stage.found(last, song("Last"))
    conclusion = only(stage.found(album, song("A"), song("B"), playlist="Album"), Reply).conclusion
    assert isinstance(conclusion, AddedMany)
    assert (conclusion.playlist, conclusion.count, conclusion.left_out, conclusion.position) == ("Album", 2, 0, 2)
    assert stage.titles == ["Two", "A", "B", "Last"]


def test_of_search_results_the_first_is_taken(stage: Stage) -> None:
    stage.found(stage.reserve(), song("Best"), song("Second best"))
    assert (stage.current_title, stage.titles) == ("Best", [])


def test_next_goes_in_front_and_now_ends_what_plays(concert: Stage) -> None:
    concert.found(concert.reserve(Play(query="x", position="next")), song("Next"))
    assert concert.titles == ["Next", "Two", "Three"]
    effects = concert.found(concert.reserve(Play(query="x", position="now")), song("Now"))
    assert started(effects) == "Now"
    assert concert.titles == ["Next", "Two", "Three"]
    assert concert.player.played[-1].track.title == "One"


def test_now_overtakes_what_took_the_front_meanwhile(concert: Stage) -> None:
    now = concert.reserve(Play(query="x", position="now"))
    concert.reserve(Play(query="x", position="next"))
    assert started(concert.found(now, song("Now"))) == "Now"


def test_many_plays_to_the_front_never_run_out_of_ranks(stage: Stage) -> None:
    stage.play("One", "Two")
    for number in range(60):
        stage.found(stage.reserve(Play(query="x", position="next")), song(str(number)))
    assert stage.titles == [str(number) for number in reversed(range(60))] + ["Two"]
    ranks = [entry.rank for entry in stage.player.queue]
    assert ranks == sorted(set(ranks))
    assert stage.player.current is not None
    assert stage.player.current.rank < ranks[0]


@pytest.mark.parametrize(
    ("query", "reason"), [("", "query_empty"), ("  \n", "query_empty"), ("x" * 1001, "query_too_long")]
)
def test_a_bad_query_is_refused_without_a_save(stage: Stage, query: str, reason: str) -> None:
    effects = stage.order(Play(query=query))
    assert kinds(effects) == ["Reply"]
    conclusion = only(effects, Reply).conclusion
    assert isinstance(conclusion, Refused)
    assert conclusion.reason == reason


def test_running_searches_count_against_the_queue_size(stage: Stage) -> None:
    stage.limits = Limits(queue_size=2)
    stage.play("One")
    stage.reserve()
    stage.reserve()
    conclusion = stage.ask(Play(query="x"))
    assert conclusion == Refused(reason="queue_full", limit=2, plan="Free")


def test_a_playlist_is_cut_to_the_room_there_is(stage: Stage) -> None:
    stage.limits = Limits(queue_size=3, import_size=10)
    stage.play("One", "Two")
    songs = [song(str(number)) for number in range(5)]
    conclusion = only(stage.found(stage.reserve(), *songs, playlist="Album"), Reply).conclusion
    assert isinstance(conclusion, AddedMany)
    assert (conclusion.count, conclusion.left_out) == (2, 3)


def test_a_playlist_is_cut_to_the_plan(stage: Stage) -> None:
    stage.limits = Limits(import_size=2, track_length_ms=MINUTE)
    songs = [song("Long"), *(song(str(number), length_ms=MINUTE) for number in range(4))]
    conclusion = only(stage.found(stage.reserve(), *songs, playlist="Album"), Reply).conclusion
    assert isinstance(conclusion, AddedMany)
    assert (conclusion.count, conclusion.left_out) == (2, 3)


def test_of_a_long_playlist_all_is_queued_up_to_the_limit_in_one_save(stage: Stage) -> None:
    stage.limits = Limits(queue_size=1_000, import_size=500)
    effects = stage.found(stage.reserve(), *(song(str(number)) for number in range(700)), playlist="Long")
    conclusion = only(effects, Reply).conclusion
    assert isinstance(conclusion, AddedMany)
    assert (conclusion.count, conclusion.left_out, conclusion.position) == (500, 200, 0)
    assert [stage.current_title, *stage.titles] == [str(number) for number in range(500)]
    assert len(saved(effects).put) == 500


def test_what_is_added_while_paused_is_told_to_wait_for_resume(concert: Stage) -> None:
    concert.order(Pause())
    for playlist in (None, "Album"):
        conclusion = only(concert.found(concert.reserve(), song("Later"), playlist=playlist), Reply).conclusion
        assert isinstance(conclusion, Added | AddedMany)
        assert conclusion.held
    assert concert.player.state.paused
    now = only(concert.found(concert.reserve(Play(query="x", position="now")), song("Now")), Reply).conclusion
    assert isinstance(now, Added)
    assert (now.held, concert.player.playing) == (False, True)


def test_a_track_longer_than_the_plan_allows_is_refused(stage: Stage) -> None:
    stage.limits = Limits(track_length_ms=MINUTE)
    conclusion = only(stage.found(stage.reserve(), song("Epic")), Reply).conclusion
    assert conclusion == Refused(reason="track_too_long", detail="Epic", limit=MINUTE, plan="Free")


def test_when_nothing_comes_of_the_play_that_brought_it_the_bot_goes_again(stage: Stage) -> None:
    first, second = stage.reserve(), stage.reserve()
    assert not all_of(stage.found(first), MoveTo)
    effects = stage.handle(TracksFound(second, (), failure="timed_out"))
    assert kinds(effects) == ["Save", "DestroyPlayer", "MoveTo", "Reply"]
    assert only(effects, MoveTo).channel_id is None
    assert stage.player.idle


def test_a_bot_that_was_called_stays_when_nothing_is_found(stage: Stage) -> None:
    stage.order(Join())
    assert kinds(stage.found(stage.reserve())) == ["Reply"]
    assert stage.player.state.voice_channel_id == LOUNGE


def test_a_play_that_is_delivered_twice_searches_once(stage: Stage) -> None:
    command = stage.command(Play(query="x"))
    stage.handle(command)
    assert stage.handle(command) == []
    stage.found(command.id, song("One"))
    assert stage.found(command.id, song("One")) == []


def test_stop_answers_running_searches_when_they_end(stage: Stage) -> None:
    stage.play("One")
    pending = stage.reserve(actor=BOB)
    stage.order(Stop())
    assert not stage.player.idle
    effects = stage.found(pending, song("Two"))
    assert kinds(effects) == ["Reply"]
    assert only(effects, Reply).conclusion == Refused(reason="cancelled", detail="anything")
    assert stage.player.idle


def test_a_play_from_before_leave_only_queues(stage: Stage) -> None:
    pending = stage.reserve()
    stage.order(Leave())
    effects = stage.found(pending, song("One"))
    assert kinds(effects) == ["Save", "Reply"]
    assert stage.titles == ["One"]
    assert stage.player.current is None
    assert stage.player.state.stopped_by == "left"


def test_play_after_leave_goes_on_with_what_was_kept(concert: Stage) -> None:
    concert.order(Leave())
    concert.wait(MINUTE)
    effects = concert.found(concert.reserve(), song("Four"))
    start = only(effects, StartTrack)
    assert (start.entry.track.title, start.position_ms) == ("One", 60_000)
    assert concert.titles == ["Two", "Three", "Four"]
    assert concert.player.state.stopped_by is None


def test_a_place_given_up_lets_the_next_start_without_a_reply(stage: Stage) -> None:
    first, second = stage.reserve(), stage.reserve()
    stage.found(second, song("Second"))
    effects = stage.handle(PlaceGivenUp(first))
    assert kinds(effects) == ["Save", "StartTrack"]


def test_charlie_is_told_where_the_bot_is_and_dora_to_join(concert: Stage) -> None:
    assert concert.ask(Play(query="x"), CHARLIE) == Refused(reason="other_channel", detail=f"<#{LOUNGE}>")
    assert concert.refusal(Play(query="x"), DORA) == "not_in_voice"


def test_charlie_may_fetch_the_bot_from_an_empty_channel(concert: Stage) -> None:
    concert.arrive(LOUNGE, listeners=0)
    effects = concert.order(Play(query="x"), CHARLIE)
    assert only(effects, MoveTo).channel_id == STUDIO


def test_a_token_needs_the_bot_to_be_somewhere(stage: Stage) -> None:
    assert stage.refusal(Play(query="x"), TOKEN) == "not_connected"
    stage.order(Join(), ALICE)
    assert kinds(stage.order(Play(query="x"), TOKEN)) == ["Search"]


def test_saves_name_every_entry_that_changed(stage: Stage) -> None:
    pending = stage.reserve()
    save = saved(stage.found(pending, song("A"), song("B"), playlist="Album"))
    assert [(entry.track.title, status) for entry, status in save.put] == [("A", "current"), ("B", "queued")]
    assert isinstance(save, Save)
    assert save.state.current_entry == stage.current_id


def test_behind_a_track_that_is_repeated_nobody_knows_when_it_plays(concert: Stage) -> None:
    concert.order(SetLoop(mode="track"))
    added = only(concert.found(concert.reserve(), song("Four")), Reply).conclusion
    assert isinstance(added, Added)
    assert (added.position, added.wait_ms, added.behind_loop) == (3, None, True)
