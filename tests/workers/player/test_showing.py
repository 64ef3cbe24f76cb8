"""The player message: shown after every turn that changed what members see, where the last Play was given."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from project.wire.messages import (
    ChannelDeleted,
    Clear,
    Join,
    JoinRefused,
    Leave,
    Order,
    Pause,
    Play,
    Remove,
    ScreenGone,
    ScreenPosted,
    SetFilters,
    SetLoop,
    SetVolume,
    ShowPlaying,
    ShowQueue,
    Shuffle,
    Skip,
    Stop,
)
from tests.workers.player.cast import ALICE, CHAT, GUILD, LOUNGE, Stage, all_of, kinds, only, saved, song
from workers.player.effects import Effect, RemoveScreen, Save, ShowPlayer
from workers.player.facts import LivePlayer, NodeLost, PlayerAdopted, PositionReported, TrackEnded, TrackStarted
from workers.player.guild_player import GuildPlayer
from workers.player.limits import GuildRules, Limits
from workers.player.outcomes import PlayerShown, QueueShown

MESSAGE, OTHER_CHAT = 777, 2002


def posted(stage: Stage, message_id: int = MESSAGE, channel_id: int = CHAT) -> list[Effect]:
    """Discord has the message."""
    return stage.handle(
        ScreenPosted(guild_id=GUILD, channel_id=channel_id, message_id=message_id, rev=1, at_ms=stage.now_ms)
    )


def play_in(stage: Stage, channel_id: int, title: str = "Four") -> list[Effect]:
    """A Play that was given in some text channel, and found."""
    command = replace(stage.command(Play(query="x")), text_channel_id=channel_id)
    stage.handle(command)
    return stage.found(command.id, song(title))


def test_the_first_track_is_shown_in_a_new_message(stage: Stage) -> None:
    effects = stage.found(stage.reserve(), song("One"))
    show = only(effects, ShowPlayer)
    assert (show.channel_id, show.message_id, show.fresh) == (CHAT, None, True)
    assert show.rev == saved(effects).state.rev
    assert effects[-1] is show, "nobody waits for it"


def test_the_message_is_edited_from_when_its_id_is_known(concert: Stage) -> None:
    assert isinstance(posted(concert)[0], Save)
    assert only(concert.order(Pause()), ShowPlayer).message_id == MESSAGE


def test_knowing_the_id_shows_nothing_anew(concert: Stage) -> None:
    assert all_of(posted(concert), ShowPlayer) == []
    assert posted(concert) == [], "told twice"


@pytest.mark.parametrize(
    "order",
    [
        Pause(),
        Skip(),
        Shuffle(),
        Clear(),
        Remove(first=2),
        SetVolume(level=10),
        SetLoop(mode="track"),
        SetFilters(preset="8d"),
        Leave(),
        Stop(),
    ],
)
def test_what_members_see_changes_the_message(concert: Stage, order: Order) -> None:
    posted(concert)
    assert len(all_of(concert.order(order), ShowPlayer)) == 1


@pytest.mark.parametrize("order", [ShowQueue(), ShowPlaying(), SetVolume(level=100), SetLoop(mode="off"), Join()])
def test_what_changes_nothing_shows_nothing(concert: Stage, order: Order) -> None:
    posted(concert)
    assert all_of(concert.order(order), ShowPlayer) == []


def test_only_another_track_makes_it_fresh(concert: Stage) -> None:
    assert only(concert.order(Skip()), ShowPlayer).fresh
    assert not only(concert.order(Pause()), ShowPlayer).fresh
    assert not only(concert.order(Stop()), ShowPlayer).fresh


def test_the_node_going_on_by_itself_is_shown(concert: Stage) -> None:
    show = only(concert.handle(TrackEnded(concert.current_id, "finished", concert.now_ms)), ShowPlayer)
    assert show.fresh
    assert show.shown.current == concert.player.current


def test_the_clock_alone_is_never_shown(concert: Stage) -> None:
    posted(concert)
    assert concert.handle(PositionReported(61_000, concert.now_ms, True)) == []
    assert concert.handle(TrackStarted(concert.current_id, concert.now_ms)) == []


def test_it_shows_what_is_true(concert: Stage) -> None:
    concert.limits = Limits(volume_cap=150)
    concert.play("Four", "Five")
    concert.order(SetFilters(preset="8d"))
    shown = only(concert.order(SetLoop(mode="queue")), ShowPlayer).shown
    assert shown.current is not None
    assert shown.current.track.title == "One"
    assert [entry.track.title for entry in shown.up_next] == ["Two", "Three", "Four"]
    assert (shown.waiting, shown.kept, shown.has_previous) == (4, 5, False)
    assert (shown.volume, shown.volume_cap, shown.loop, shown.filters) == (100, 150, "queue", ("8d",))
    assert (shown.position_ms, shown.at_ms, shown.paused) == (60_000, concert.now_ms, False)


def test_after_a_restart_nothing_is_edited_unless_something_changed(concert: Stage) -> None:
    posted(concert)
    player = concert.player
    concert.player = GuildPlayer.restore(player.state, player.current, player.queue, player.played)
    live = LivePlayer(GUILD, concert.current_id, player.state.rev, 1, 60_000, concert.now_ms, False, 100, True)
    assert all_of(concert.handle(PlayerAdopted(live, concert.now_ms)), ShowPlayer) == []
    assert all_of(concert.handle(NodeLost(concert.now_ms)), ShowPlayer) == []
    assert only(concert.order(Pause()), ShowPlayer).message_id == MESSAGE, "and its id is known"


def test_a_player_that_advanced_unseen_is_shown(concert: Stage) -> None:
    posted(concert)
    two = concert.player.queue[0].id
    rev = concert.player.state.rev + 3
    live = LivePlayer(GUILD, two, rev, 1, 1_000, concert.now_ms, False, 100, True)
    assert only(concert.handle(PlayerAdopted(live, concert.now_ms)), ShowPlayer).fresh


def test_a_play_elsewhere_moves_the_message(concert: Stage) -> None:
    posted(concert)
    effects = play_in(concert, OTHER_CHAT)
    assert only(effects, RemoveScreen) == RemoveScreen(CHAT, MESSAGE)
    show = only(effects, ShowPlayer)
    assert (show.channel_id, show.message_id) == (OTHER_CHAT, None)
    assert all_of(posted(concert, 778, OTHER_CHAT), RemoveScreen) == []
    assert only(concert.order(Pause()), ShowPlayer).message_id == 778


def test_a_message_that_is_posted_too_late_where_it_no_longer_belongs_is_removed(concert: Stage) -> None:
    play_in(concert, OTHER_CHAT)
    assert posted(concert) == [RemoveScreen(CHAT, MESSAGE)]
    assert only(concert.order(Pause()), ShowPlayer).message_id is None


def test_where_it_may_not_write_it_does_not_try_again_by_itself(concert: Stage) -> None:
    concert.handle(ScreenGone(guild_id=GUILD, channel_id=CHAT, at_ms=concert.now_ms, reason="forbidden"))
    assert all_of(concert.order(Skip()), ShowPlayer) == []
    assert only(play_in(concert, CHAT), ShowPlayer).message_id is None, "asked for there again: it may be allowed now"


def test_a_message_that_is_posted_after_all_shows_what_changed_meanwhile(concert: Stage) -> None:
    concert.handle(ScreenGone(guild_id=GUILD, channel_id=CHAT, at_ms=concert.now_ms, reason="forbidden"))
    assert all_of(concert.order(Skip()), ShowPlayer) == []
    show = only(posted(concert), ShowPlayer)
    assert (show.channel_id, show.message_id, show.shown.current) == (CHAT, MESSAGE, concert.player.current)
    assert posted(concert) == [], "told twice"


def test_a_message_that_is_posted_after_all_says_that_it_was_stopped_meanwhile(concert: Stage) -> None:
    concert.handle(ScreenGone(guild_id=GUILD, channel_id=CHAT, at_ms=concert.now_ms, reason="forbidden"))
    concert.order(Stop())
    shown = only(posted(concert), ShowPlayer).shown
    assert (shown.current, shown.connected) == (None, False)


def test_a_text_channel_that_is_gone_is_forgotten(concert: Stage) -> None:
    posted(concert)
    concert.handle(ScreenGone(guild_id=GUILD, channel_id=CHAT, at_ms=concert.now_ms, reason="unknown_channel"))
    assert concert.player.state.text_channel_id is None
    ended = TrackEnded(concert.current_id, "finished", concert.now_ms)
    assert kinds(concert.handle(ended)) == ["Save", "StartTrack"]
    assert all_of(concert.handle(ended), ShowPlayer) == []


def test_a_deleted_text_channel_takes_the_message_along(concert: Stage) -> None:
    posted(concert)
    effects = concert.handle(ChannelDeleted(guild_id=GUILD, channel_id=CHAT, at_ms=concert.now_ms))
    assert kinds(effects) == ["Save"]
    assert concert.player.state.screen_message_id is None
    assert len(effects) == 1


def test_stopped_it_says_so(concert: Stage) -> None:
    posted(concert)
    shown = only(concert.order(Stop()), ShowPlayer).shown
    assert (shown.current, shown.connected, shown.waiting) == (None, False, 0)


def test_a_kick_is_shown_and_every_answer_agrees_with_it(concert: Stage) -> None:
    posted(concert)
    shown = only(concert.arrive(None), ShowPlayer).shown
    assert (shown.stopped_by, shown.paused) == ("kicked", False)
    page, playing = concert.ask(ShowQueue()), concert.ask(ShowPlaying())
    assert isinstance(page, QueueShown)
    assert (page.stopped, page.paused) == (True, False)
    assert isinstance(playing, PlayerShown)
    assert playing == shown
    assert concert.refusal(Pause()) == "nothing_playing"


def test_a_refused_join_is_shown(stage: Stage) -> None:
    stage.play("One")
    posted(stage)
    move = stage.player.checkpoint().presence.move
    assert move is not None
    effects = stage.handle(JoinRefused(guild_id=GUILD, channel_id=LOUNGE, rev=move.rev, at_ms=stage.now_ms))
    assert only(effects, ShowPlayer).shown.stopped_by == "join_refused"


def test_without_anything_to_show_there_is_no_message(stage: Stage) -> None:
    assert all_of(stage.order(Join(), ALICE), ShowPlayer) == []
    assert stage.refusal(ShowPlaying()) == "nothing_playing"


def test_in_a_channel_of_its_own_it_is_there_before_anything_plays(stage: Stage) -> None:
    stage.rules = GuildRules(player_channel_id=OTHER_CHAT)
    show = only(stage.order(Join(), ALICE), ShowPlayer)
    assert (show.channel_id, show.message_id, show.shown.current) == (OTHER_CHAT, None, None)
    posted(stage, channel_id=OTHER_CHAT)
    assert only(stage.found(stage.reserve(), song("One")), ShowPlayer).message_id == MESSAGE


@pytest.mark.parametrize(
    ("rules", "guild_locale", "spoken"),
    [
        (GuildRules(), "es-ES", "es-ES"),
        (GuildRules(locale="en"), "es-ES", "en"),
        (GuildRules(), None, "en"),
    ],
)
def test_it_speaks_the_guilds_language_not_the_last_members(
    stage: Stage, rules: GuildRules, guild_locale: str | None, spoken: str
) -> None:
    stage.rules = rules
    french = replace(ALICE, locale="fr")
    command = replace(stage.command(Play(query="x"), french), guild_locale=guild_locale)
    stage.handle(command)
    assert only(stage.found(command.id, song("One")), ShowPlayer).locale == spoken


def volume_in(stage: Stage, channel_id: int, level: int = 20) -> list[Effect]:
    """An order that was given in some text channel."""
    return stage.handle(replace(stage.command(SetVolume(level=level)), text_channel_id=channel_id))


def test_a_message_whose_channel_is_gone_comes_where_the_player_is_steered_next(concert: Stage) -> None:
    posted(concert)
    concert.handle(ChannelDeleted(guild_id=GUILD, channel_id=CHAT, at_ms=concert.now_ms))
    show = only(volume_in(concert, OTHER_CHAT), ShowPlayer)
    assert (show.channel_id, show.message_id) == (OTHER_CHAT, None)


def test_a_message_that_is_not_taken_comes_where_the_player_is_steered_next(concert: Stage) -> None:
    concert.handle(ScreenGone(guild_id=GUILD, channel_id=CHAT, at_ms=concert.now_ms, reason="forbidden"))
    assert all_of(volume_in(concert, CHAT), ShowPlayer) == []
    assert only(volume_in(concert, OTHER_CHAT, level=30), ShowPlayer).channel_id == OTHER_CHAT


def test_what_is_refused_or_only_looks_moves_no_message(concert: Stage) -> None:
    concert.handle(ChannelDeleted(guild_id=GUILD, channel_id=CHAT, at_ms=concert.now_ms))
    for order in (SetVolume(level=999), ShowQueue()):
        assert kinds(concert.handle(replace(concert.command(order), text_channel_id=OTHER_CHAT))) == ["Reply"]


def test_the_filters_that_the_plan_has_are_known_to_the_message(stage: Stage) -> None:
    stage.limits = Limits(presets=frozenset({"nightcore", "bassboost"}))
    stage.reserve()
    (shown, *_) = all_of(stage.found("c1", song("One")), ShowPlayer)
    assert shown.shown.presets == ("bassboost", "nightcore")
