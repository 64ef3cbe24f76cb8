"""Playing what members keep: a Play like any other, with tracks that come from a store."""

from __future__ import annotations

import pytest

from project.wire.orders import FAVOURITES, PlaySaved
from tests.workers.player.cast import ALICE, BOB, CHARLIE, DORA, LOUNGE, Stage, kinds, only, song, started
from workers.player.effects import Fetch, MoveTo, Reply
from workers.player.facts import SearchFailure, TracksFound
from workers.player.limits import GuildRules, Limits
from workers.player.outcomes import Added, AddedMany, Refused

MIX = PlaySaved(query="Mix")


def test_it_takes_a_place_brings_the_bot_and_has_the_tracks_fetched(stage: Stage) -> None:
    effects = stage.order(MIX)
    assert kinds(effects) == ["Save", "MoveTo", "Fetch"]
    assert only(effects, MoveTo).channel_id == LOUNGE
    assert only(effects, Fetch) == Fetch("c1", ALICE.user_id, MIX)


def test_a_playlist_is_queued_as_a_whole(stage: Stage) -> None:
    effects = stage.found(stage.reserve(MIX), song("One"), song("Two"), playlist="Mix")
    conclusion = only(effects, Reply).conclusion
    assert isinstance(conclusion, AddedMany)
    assert (conclusion.playlist, conclusion.count, conclusion.left_out) == ("Mix", 2, 0)
    assert (started(effects), stage.titles) == ("One", ["Two"])


def test_one_favourite_is_a_track_like_any_other(stage: Stage) -> None:
    order = PlaySaved(query=FAVOURITES, kind="favourites", number=3)
    conclusion = only(stage.found(stage.reserve(order), song("Three")), Reply).conclusion
    assert isinstance(conclusion, Added)


@pytest.mark.parametrize("failure", ["playlist_unknown", "playlist_empty", "no_favourites", "store_away", "failed"])
def test_what_cannot_be_fetched_is_told_and_its_place_is_free_again(stage: Stage, failure: SearchFailure) -> None:
    stage.play("One")
    command_id = stage.reserve(MIX)
    conclusion = only(stage.handle(TracksFound(command_id, (), failure=failure)), Reply).conclusion
    assert conclusion == Refused(reason=failure, detail="Mix")
    assert stage.player.queue == ()


def test_the_plan_limits_it_like_an_import(stage: Stage) -> None:
    stage.limits = Limits(queue_size=10, import_size=2)
    effects = stage.found(stage.reserve(MIX), *(song(str(number)) for number in range(5)), playlist="Mix")
    conclusion = only(effects, Reply).conclusion
    assert isinstance(conclusion, AddedMany)
    assert (conclusion.count, conclusion.left_out) == (2, 3)


def test_it_is_given_from_the_bots_channel_and_by_whom_the_rules_allow(stage: Stage) -> None:
    stage.play("One")
    stage.arrive()
    assert stage.refusal(MIX, CHARLIE) == "other_channel"
    assert stage.refusal(MIX, DORA) == "not_in_voice"
    stage.rules = GuildRules(dj_only=True)
    assert stage.refusal(MIX, BOB) == "not_allowed"
