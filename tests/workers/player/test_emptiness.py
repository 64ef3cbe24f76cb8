"""An empty channel: the bot pauses if the guild wants it, waits, leaves once with a word, and keeps the queue."""

from __future__ import annotations

import pytest

from project.wire.messages import Pause, Resume, Skip
from tests.workers.player.cast import ALICE, CHAT, LOUNGE, MINUTE, STUDIO, TOKEN, Stage, all_of, kinds, only
from workers.player.announcements import PlaybackStopped
from workers.player.effects import Announce, Effect, MoveTo, SetPaused, WakeAt
from workers.player.facts import Woken
from workers.player.guild_player import GuildPlayer
from workers.player.limits import GuildRules


def ring(stage: Stage) -> list[Effect]:
    """The alarm goes off."""
    return stage.handle(Woken("empty", stage.now_ms))


def restart(stage: Stage) -> None:
    """A new owner restores what was saved."""
    player = stage.player
    stage.player = GuildPlayer.restore(player.state, player.current, player.queue, player.played)


def test_the_last_listener_goes_and_the_bot_asks_to_be_woken(concert: Stage) -> None:
    effects = concert.arrive(listeners=0)
    assert only(effects, WakeAt) == WakeAt(concert.now_ms + 5 * MINUTE, "empty")
    assert concert.player.playing, "the music goes on unless the guild wants it paused"


def test_it_leaves_once_says_why_and_keeps_the_queue(concert: Stage) -> None:
    concert.arrive(listeners=0)
    concert.wait(5 * MINUTE)
    effects = ring(concert)
    assert only(effects, MoveTo).channel_id is None
    assert only(effects, Announce).notice == PlaybackStopped(cause="empty", kept=3)
    assert only(effects, Announce).channel_id == CHAT
    assert concert.player.state.stopped_by == "empty"
    assert ring(concert) == []


def test_resume_brings_it_back(concert: Stage) -> None:
    concert.arrive(listeners=0)
    concert.wait(5 * MINUTE)
    ring(concert)
    assert kinds(concert.order(Resume())) == ["Save", "MoveTo", "StartTrack", "Reply"]


def test_somebody_who_comes_back_in_time_keeps_it(concert: Stage) -> None:
    concert.arrive(listeners=0)
    concert.wait(MINUTE)
    assert only(concert.arrive(listeners=1), WakeAt).at_ms is None
    assert ring(concert) == []
    assert concert.player.state.voice_channel_id == LOUNGE


def test_a_guild_without_patience_is_left_at_once(concert: Stage) -> None:
    concert.rules = GuildRules(leave_after_ms=0)
    effects = concert.arrive(listeners=0)
    assert only(effects, MoveTo).channel_id is None
    assert all_of(effects, WakeAt) == []


def test_always_on_stays(concert: Stage) -> None:
    concert.rules = GuildRules(always_on=True)
    assert all_of(concert.arrive(listeners=0), WakeAt) == []
    concert.wait(60 * MINUTE)
    assert ring(concert) == []


def test_a_delay_that_grew_is_kept(concert: Stage) -> None:
    concert.arrive(listeners=0)
    since = concert.now_ms
    concert.rules = GuildRules(leave_after_ms=10 * MINUTE)
    concert.wait(5 * MINUTE)
    assert ring(concert) == [WakeAt(since + 10 * MINUTE, "empty")]


def test_it_pauses_when_empty_and_goes_on_when_somebody_comes(concert: Stage) -> None:
    concert.rules = GuildRules(pause_when_empty=True)
    assert only(concert.arrive(listeners=0), SetPaused).paused
    position = concert.player.position_ms(concert.now_ms)
    concert.wait(MINUTE)
    assert concert.player.position_ms(concert.now_ms) == position
    assert not only(concert.arrive(listeners=2), SetPaused).paused
    assert concert.player.playing


def test_what_a_member_paused_stays_paused(concert: Stage) -> None:
    concert.rules = GuildRules(pause_when_empty=True)
    concert.order(Pause())
    assert all_of(concert.arrive(listeners=0), SetPaused) == []
    assert all_of(concert.arrive(listeners=2), SetPaused) == []
    assert concert.player.state.paused


def test_a_pause_after_ours_is_a_members_own(concert: Stage) -> None:
    concert.rules = GuildRules(pause_when_empty=True)
    concert.arrive(listeners=0)
    concert.order(Resume(), TOKEN)
    concert.order(Pause(), TOKEN)
    concert.arrive(listeners=1)
    assert concert.player.state.paused


def test_a_new_owner_waits_on(concert: Stage) -> None:
    concert.rules = GuildRules(pause_when_empty=True)
    concert.arrive(listeners=0)
    due = concert.now_ms + 5 * MINUTE
    restart(concert)
    assert concert.player.alarm(concert.rules) == WakeAt(due, "empty")
    assert not only(concert.arrive(listeners=1), SetPaused).paused
    assert concert.player.alarm(concert.rules) is None


def test_a_new_owner_who_comes_too_late_leaves(concert: Stage) -> None:
    concert.arrive(listeners=0)
    restart(concert)
    concert.wait(9 * MINUTE)
    assert only(ring(concert), MoveTo).channel_id is None


@pytest.mark.parametrize("listeners", [0, 1])
def test_moved_into_another_channel_what_counts_is_who_is_there(concert: Stage, listeners: int) -> None:
    concert.arrive(listeners=0)
    concert.wait(MINUTE)
    effects = concert.arrive(STUDIO, listeners=listeners)
    assert [wake.at_ms for wake in all_of(effects, WakeAt)] == ([None] if listeners else [])


def test_a_kick_ends_the_waiting(concert: Stage) -> None:
    concert.arrive(listeners=0)
    assert WakeAt(None, "empty") in concert.arrive(None, listeners=0)


def test_the_queue_ends_in_an_empty_channel(concert: Stage) -> None:
    concert.arrive(listeners=0)
    for _ in range(3):
        concert.order(Skip(), TOKEN)
    concert.wait(5 * MINUTE)
    assert only(ring(concert), Announce).notice == PlaybackStopped(cause="empty", kept=0)
    assert concert.player.idle
    assert concert.ask(Resume(), ALICE).error
