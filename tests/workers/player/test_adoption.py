"""A new owner, or a new node: what is re-applied, and that nothing is touched when all is well."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from project.wire.messages import Leave, Pause, Skip
from tests.workers.player.cast import GUILD, MINUTE, Stage, kinds, only, saved, song
from workers.player.effects import MoveTo, SetPaused, StartTrack
from workers.player.facts import LivePlayer, NodeLost, PlayerAdopted, TrackEnded
from workers.player.guild_player import GuildPlayer


@pytest.fixture
def heir(concert: Stage) -> Stage:
    """The concert under a new owner, who knows what was saved."""
    player = concert.player
    state = msgspec.structs.replace(player.state, position_ms=60_000, position_at_ms=concert.now_ms)
    concert.player = GuildPlayer.restore(state, player.current, player.queue, player.played)
    return concert


def live(stage: Stage) -> LivePlayer:
    """What the node plays when all is well."""
    state = stage.player.state
    return LivePlayer(GUILD, state.current_entry, 2, 1, 61_000, stage.now_ms, state.paused, state.volume, True)


def adopt(stage: Stage, player: LivePlayer | None) -> list[str]:
    """The new owner looks at the node's player."""
    return kinds(stage.handle(PlayerAdopted(player, stage.now_ms)))


def test_a_player_that_is_as_wanted_is_not_touched(heir: Stage) -> None:
    assert adopt(heir, live(heir)) == []
    assert heir.player.position_ms(heir.now_ms) == 61_000


def test_a_player_that_is_gone_is_built_again(heir: Stage) -> None:
    effects = heir.handle(PlayerAdopted(None, heir.now_ms))
    assert kinds(effects) == ["StartTrack", "ConnectVoice"]
    start = only(effects, StartTrack)
    assert (start.entry.track.title, start.position_ms, start.rev) == ("One", 60_000, heir.player.state.rev)


def test_after_a_long_outage_it_goes_on_where_it_was_last_heard(heir: Stage) -> None:
    heir.wait(60 * MINUTE)
    start = only(heir.handle(PlayerAdopted(None, heir.now_ms)), StartTrack)
    assert (start.entry.track.title, start.position_ms) == ("One", 60_000)


def test_what_was_committed_and_not_done_is_done(heir: Stage) -> None:
    before = live(heir)
    heir.order(Pause())
    effects = heir.handle(PlayerAdopted(before, heir.now_ms))
    assert only(effects, SetPaused).paused
    heir.order(Skip())
    assert adopt(heir, before) == ["StartTrack"]


def test_a_node_that_is_ahead_is_right(heir: Stage) -> None:
    effects = heir.handle(PlayerAdopted(replace(live(heir), entry=3, rev=40, position_ms=500), heir.now_ms))
    assert kinds(effects) == ["Save"]
    assert (heir.current_title, heir.titles) == ("Three", [])
    assert [entry.track.title for entry in heir.player.played] == ["One", "Two"]
    assert saved(effects).state.rev == 41
    assert heir.player.position_ms(heir.now_ms) == 500


def test_a_loop_that_is_ahead_is_recognised(heir: Stage) -> None:
    heir.loop("track")
    adopt(heir, replace(live(heir), entry=12, rev=40))
    assert (heir.current_id, heir.current_title, heir.titles) == (12, "One", ["Two", "Three"])
    assert heir.player.state.next_entry == 13


def test_an_unknown_track_that_is_ahead_is_replaced(heir: Stage) -> None:
    effects = heir.handle(PlayerAdopted(replace(live(heir), entry=77, rev=40), heir.now_ms))
    assert only(effects, StartTrack).rev == 41


def test_a_track_that_ended_unseen_is_not_played_again(heir: Stage) -> None:
    one = heir.current_id
    heir.wait(2 * MINUTE)
    assert adopt(heir, replace(live(heir), entry=None, rev=0)) == ["Save", "StartTrack"]
    assert heir.current_title == "Two"
    assert heir.handle(TrackEnded(one, "finished", heir.now_ms)) == []


def test_a_player_that_is_silent_by_mistake_is_started(heir: Stage) -> None:
    assert adopt(heir, replace(live(heir), entry=None, rev=0, connected=False)) == ["StartTrack", "ConnectVoice"]


def test_a_stopped_player_stays_stopped_and_is_left_again_in_case_its_owner_did_not_come_to_it(heir: Stage) -> None:
    before = live(heir)
    heir.order(Leave())
    effects = heir.handle(PlayerAdopted(before, heir.now_ms))
    assert kinds(effects) == ["DestroyPlayer", "MoveTo"]
    assert only(effects, MoveTo) == MoveTo(None, heir.player.state.rev)
    assert kinds(heir.handle(PlayerAdopted(before, heir.now_ms, again=True))) == ["DestroyPlayer"]
    assert adopt(heir, None) == []


def test_a_lost_node_costs_no_position(concert: Stage) -> None:
    effects = concert.handle(NodeLost(concert.now_ms))
    assert kinds(effects) == ["StartTrack", "ConnectVoice"]
    assert only(effects, StartTrack).position_ms == 60_000


def test_a_lost_node_keeps_a_pause_and_starts_streams_live(stage: Stage) -> None:
    stage.found(stage.reserve(), song("Radio", stream=True))
    stage.wait(MINUTE)
    stage.order(Pause())
    start = only(stage.handle(NodeLost(stage.now_ms)), StartTrack)
    assert (start.position_ms, start.paused) == (0, True)
    assert not stage.player.playing


def test_without_music_only_voice_is_connected_again(stage: Stage) -> None:
    stage.play("One")
    stage.order(Skip())
    assert kinds(stage.handle(NodeLost(stage.now_ms))) == ["ConnectVoice"]


def test_what_waited_for_the_former_owners_search_starts(stage: Stage) -> None:
    stage.reserve()
    stage.found(stage.reserve(), song("Second"))
    player = stage.player
    stage.player = GuildPlayer.restore(player.state, player.current, player.queue, player.played)
    assert adopt(stage, None) == ["Save", "StartTrack", "ConnectVoice"]
    assert stage.current_title == "Second"
