"""Seek, replay and previous."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from project.wire.orders import Jump, Leave, Pause, Play, Previous, Replay, Seek, SetLoop, Skip
from tests.workers.player.cast import ALICE, GUILD, MINUTE, Stage, kinds, only, saved, song, started
from workers.player.effects import Reply, SeekTo, SetPaused, ShowPlayer, StartTrack
from workers.player.facts import PositionReported, TrackStarted
from workers.player.guild_player import GuildPlayer
from workers.player.outcomes import Denied, Said


def test_a_seek_is_committed_before_the_node_hears_of_it(concert: Stage) -> None:
    effects = concert.order(Seek(to_ms=83_000))
    assert kinds(effects) == ["Save", "SeekTo", "Reply"]
    assert only(effects, SeekTo).position_ms == 83_000
    assert saved(effects).state.position_ms == 83_000
    assert concert.player.position_ms(concert.now_ms + 1_000) == 84_000


def test_the_reply_tells_where_it_plays(concert: Stage) -> None:
    assert concert.ask(Seek(by_ms=30_000)) == Said(
        key="seeked", values={"title": "One", "at_ms": 90_000, "length_ms": 3 * MINUTE}
    )


def test_the_player_message_follows_a_seek(concert: Stage) -> None:
    shown = only(concert.order(Seek(to_ms=5_000)), ShowPlayer)
    assert shown.shown.position_ms == 5_000
    assert not shown.fresh


def test_back_beyond_the_beginning_is_the_beginning(concert: Stage) -> None:
    assert only(concert.order(Seek(by_ms=-999_000)), SeekTo).position_ms == 0


@pytest.mark.parametrize(
    ("order", "key"),
    [
        (Seek(to_ms=3 * MINUTE), "seek.beyond"),
        (Seek(by_ms=3 * MINUTE), "seek.beyond"),
        (Seek(to_ms=-1), "seek.negative"),
        (Seek(), "seek.unclear"),
        (Seek(to_ms=1, by_ms=1), "seek.unclear"),
    ],
)
def test_a_seek_that_cannot_be_says_why_and_changes_nothing(concert: Stage, order: Seek, key: str) -> None:
    before = concert.player.checkpoint()
    denied = concert.ask(order)
    assert isinstance(denied, Denied)
    assert denied.key == key
    assert concert.player.checkpoint() == before


def test_nothing_to_seek_in(stage: Stage) -> None:
    assert stage.refusal(Seek(to_ms=1)) == "nothing_playing"
    stage.found(stage.reserve(), song("Radio", stream=True))
    assert stage.ask(Seek(to_ms=1)) == Denied(key="seek.live", values={"title": "Radio"})


def test_a_source_that_cannot_seek(stage: Stage) -> None:
    stage.found(stage.reserve(), replace(song("Tape"), is_seekable=False))
    assert stage.ask(Seek(by_ms=5)) == Denied(key="seek.fixed", values={"title": "Tape"})


def test_a_seek_leaves_a_pause_alone(concert: Stage) -> None:
    concert.order(Pause())
    assert kinds(concert.order(Seek(to_ms=1_000))) == ["Save", "SeekTo", "Reply"]
    assert concert.player.state.paused
    assert concert.player.position_ms(concert.now_ms + 9_000) == 1_000


def test_a_report_from_before_the_seek_is_not_about_it(concert: Stage) -> None:
    concert.order(Seek(to_ms=5_000))
    concert.handle(PositionReported(60_000, concert.now_ms - 10, True))
    assert concert.player.position_ms(concert.now_ms) == 5_000
    concert.handle(PositionReported(5_400, concert.now_ms + 400, True))
    assert concert.player.position_ms(concert.now_ms + 400) == 5_400


def test_replay_begins_again_and_ends_a_pause(concert: Stage) -> None:
    assert kinds(concert.order(Replay())) == ["Save", "SeekTo", "Reply"]
    concert.order(Pause())
    effects = concert.order(Replay())
    assert kinds(effects) == ["Save", "SeekTo", "SetPaused", "Reply"]
    assert not only(effects, SetPaused).paused
    assert concert.player.position_ms(concert.now_ms) == 0


def test_what_cannot_seek_is_replayed_by_starting_it(stage: Stage) -> None:
    stage.found(stage.reserve(), song("Radio", stream=True))
    assert started(stage.order(Replay())) == "Radio"


def test_previous_plays_what_was_played_last_and_then_what_it_interrupted(concert: Stage) -> None:
    concert.order(Skip())
    concert.wait(2_000)
    effects = concert.order(Previous())
    assert kinds(effects) == ["Save", "StartTrack", "Reply"]
    assert started(effects) == "One"
    assert concert.titles == ["Two", "Three"]
    assert concert.player.played == ()
    assert only(effects, StartTrack).position_ms == 0


def test_previous_twice_goes_back_twice(concert: Stage) -> None:
    concert.order(Skip())
    concert.order(Skip())
    concert.order(Previous())
    concert.order(Previous())
    assert [concert.current_title, *concert.titles] == ["One", "Two", "Three"]


def test_previous_at_the_end_of_the_queue(stage: Stage) -> None:
    stage.play("One")
    stage.order(Skip())
    assert started(stage.order(Previous())) == "One"


def test_previous_with_no_history_or_after_leaving(concert: Stage) -> None:
    assert concert.ask(Previous()) == Denied(key="previous.none")
    concert.order(Skip())
    concert.order(Leave())
    assert concert.refusal(Previous()) == "nothing_playing"


def test_where_it_was_sought_survives_a_restart(concert: Stage) -> None:
    concert.order(Seek(to_ms=100_000))
    player = concert.player
    concert.player = GuildPlayer.restore(player.state, player.current, player.queue, player.played)
    concert.handle(TrackStarted(concert.current_id, concert.now_ms))
    assert concert.player.state.guild_id == GUILD
    assert concert.player.position_ms(concert.now_ms) == 100_000
    assert concert.ask(Seek(by_ms=-1_000), ALICE).error is False


def test_a_jump_passes_over_what_comes_before(concert: Stage) -> None:
    effects = concert.order(Jump(position=2))
    assert kinds(effects) == ["Save", "StartTrack", "Reply"]
    assert started(effects) == "Three"
    assert only(effects, Reply).conclusion == Said(key="jumped", values={"n": 1, "title": "Three"})
    assert [entry.track.title for entry in concert.player.played] == ["One", "Two"]
    assert concert.titles == []
    assert started(concert.order(Previous())) == "Two"


def test_a_jump_does_not_wait_for_a_search_in_front(concert: Stage) -> None:
    late = concert.reserve(Play(query="x", position="next"))
    assert started(concert.order(Jump(position=1))) == "Two"
    concert.found(late, song("Late"))
    assert concert.titles == ["Late", "Three"]


def test_with_the_queue_repeated_what_a_jump_passes_over_comes_again(concert: Stage) -> None:
    concert.order(SetLoop(mode="queue"))
    concert.order(Jump(position=2))
    assert [concert.current_title, *concert.titles] == ["Three", "One", "Two"]


def test_a_jump_to_nowhere(concert: Stage) -> None:
    assert concert.ask(Jump(position=3)) == Denied(key="position.unknown", values={"n": 2})
    concert.order(Leave())
    assert concert.refusal(Jump(position=1)) == "nothing_playing"


def test_with_the_queue_repeated_going_back_and_forth_doubles_nothing(concert: Stage) -> None:
    concert.order(SetLoop(mode="queue"))
    concert.order(Skip())
    concert.order(Previous())
    assert [concert.current_title, *concert.titles] == ["One", "Two", "Three"]
    concert.order(Skip())
    concert.order(Skip())
    assert [concert.current_title, *concert.titles] == ["Three", "One", "Two"]


def test_a_seek_while_paused_does_not_claim_to_play(concert: Stage) -> None:
    concert.order(Pause())
    assert concert.ask(Seek(to_ms=1_000)) == Said(
        key="seeked.paused", values={"title": "One", "at_ms": 1_000, "length_ms": 3 * MINUTE}
    )


def test_a_jump_to_the_next_track_passes_over_none(concert: Stage) -> None:
    assert concert.ask(Jump(position=1)) == Said(key="jumped.next", values={"title": "Two"})
