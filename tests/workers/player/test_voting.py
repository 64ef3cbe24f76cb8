"""Votes: who may not skip alone skips with others, each counted once, for the track that was meant."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from project.wire.messages import VoiceStateChanged
from project.wire.orders import Pause, ShowPlaying, Skip, VoteSkip
from tests.workers.player.cast import (
    ALICE,
    BOB,
    CHARLIE,
    DJ_ROLE,
    GUILD,
    LOUNGE,
    STUDIO,
    Stage,
    kinds,
    only,
    saved,
)
from workers.player.effects import Effect, Reply, ShowPlayer
from workers.player.facts import TrackEnded
from workers.player.guild_player import GuildPlayer
from workers.player.limits import GuildRules
from workers.player.outcomes import Denied, PlayerShown, Said, Skipped

CAROL, DAVE = replace(BOB, user_id=11, name="Carol"), replace(BOB, user_id=12, name="Dave")


@pytest.fixture
def club(concert: Stage) -> Stage:
    """Four listen, Alice alone has the DJ role."""
    concert.rules = GuildRules(dj_role_id=DJ_ROLE)
    concert.arrive(listeners=4)
    return concert


def test_a_vote_is_saved_told_and_shown(club: Stage) -> None:
    effects = club.order(VoteSkip(), BOB)
    assert kinds(effects) == ["Save", "Reply"]
    assert saved(effects).state.votes == (BOB.user_id,)
    assert only(effects, Reply).conclusion == Said(key="voted", values={"title": "One", "have": 1, "need": 2})
    shown = only(effects, ShowPlayer).shown
    assert (shown.votes, shown.votes_needed, shown.voters) == (1, 2, (BOB.user_id,))


def test_enough_votes_skip(club: Stage) -> None:
    club.order(VoteSkip(), BOB)
    skipped = club.ask(VoteSkip(), CAROL)
    assert isinstance(skipped, Skipped)
    assert club.current_title == "Two"
    assert club.player.state.votes == ()


def test_one_member_has_one_vote(club: Stage) -> None:
    club.order(VoteSkip(), BOB)
    assert club.ask(VoteSkip(), BOB) == Denied(key="vote.given", values={"have": 1, "need": 2})
    assert club.current_title == "One"


def test_a_skip_of_somebody_who_may_not_is_a_vote(club: Stage) -> None:
    assert club.ask(Skip(), BOB) == Said(key="voted", values={"title": "One", "have": 1, "need": 2})
    assert isinstance(club.ask(Skip(entry=club.current_id), CAROL), Skipped)


def test_a_dj_skips_without_votes(club: Stage) -> None:
    assert isinstance(club.ask(Skip(), ALICE), Skipped)


def test_only_skipping_is_voted_for(club: Stage) -> None:
    assert club.refusal(Pause(), BOB) == "not_allowed"


@pytest.mark.parametrize(
    ("listeners", "percent", "need"),
    [(1, 100, 1), (2, 50, 2), (3, 50, 2), (5, 50, 3), (10, 30, 3), (10, 100, 10), (4, 1, 2)],
)
def test_how_many_votes_it_takes(club: Stage, listeners: int, percent: int, need: int) -> None:
    club.rules = GuildRules(dj_role_id=DJ_ROLE, voteskip_percent=percent)
    club.arrive(listeners=listeners)
    shown = club.ask(ShowPlaying())
    assert isinstance(shown, PlayerShown)
    assert shown.votes_needed == need


def test_votes_are_about_one_track(club: Stage) -> None:
    club.order(VoteSkip(), BOB)
    one = club.current_id
    club.handle(TrackEnded(one, "finished", club.now_ms))
    assert club.player.state.votes == ()
    assert club.refusal(VoteSkip(entry=one), CAROL) == "already_skipped"
    club.wait(2_000)
    assert club.ask(VoteSkip(), CAROL) == Said(key="voted", values={"title": "Two", "have": 1, "need": 2})


def here(stage: Stage, *users: int, present: bool = True, channel_id: int | None = LOUNGE) -> list[Effect]:
    """Somebody came or went; these are in the bot's channel now."""
    return stage.handle(
        VoiceStateChanged(
            guild_id=GUILD,
            bot_channel_id=channel_id,
            listeners=len(users),
            present=users if present else None,
            user_id=CAROL.user_id,
            at_ms=stage.now_ms,
        )
    )


def test_who_leaves_takes_the_vote_along(club: Stage) -> None:
    club.order(VoteSkip(), CAROL)
    effects = here(club, ALICE.user_id, BOB.user_id, DAVE.user_id)
    assert saved(effects).state.votes == ()
    assert only(effects, ShowPlayer).shown.voters == ()
    assert club.ask(VoteSkip(), BOB) == Said(key="voted", values={"title": "One", "have": 1, "need": 2})


def test_who_stays_keeps_the_vote(club: Stage) -> None:
    club.order(VoteSkip(), BOB)
    assert kinds(here(club, ALICE.user_id, BOB.user_id, DAVE.user_id)) == []
    assert club.player.state.votes == (BOB.user_id,)


def test_where_nobody_says_who_is_there_all_votes_stay(club: Stage) -> None:
    club.order(VoteSkip(), BOB)
    here(club, 1, 2, 3, present=False)
    assert club.player.state.votes == (BOB.user_id,)


def test_in_another_channel_those_vote_who_came_along(club: Stage) -> None:
    club.order(VoteSkip(), BOB)
    here(club, ALICE.user_id, channel_id=STUDIO)
    assert club.player.state.votes == ()


def test_who_is_elsewhere_has_no_vote(club: Stage) -> None:
    assert CHARLIE.voice_channel_id == STUDIO
    assert club.player.state.voice_channel_id == LOUNGE
    assert club.refusal(VoteSkip(), CHARLIE) == "other_channel"


def test_nothing_to_vote_about(stage: Stage) -> None:
    assert stage.refusal(VoteSkip()) == "nothing_playing"


def test_votes_survive_a_restart(club: Stage) -> None:
    club.order(VoteSkip(), BOB)
    player = club.player
    club.player = GuildPlayer.restore(player.state, player.current, player.queue, player.played)
    assert isinstance(club.ask(VoteSkip(), CAROL), Skipped)
