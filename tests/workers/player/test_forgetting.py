"""A forgotten member: the music goes on, and nothing in the player names them."""

from __future__ import annotations

from project.wire.messages import Actor
from project.wire.orders import ForgetMember, VoteSkip
from tests.workers.player.cast import ALICE, BOB, Stage, all_of, kinds, saved, song
from workers.player.effects import ShowPlayer, StopTrack

SYSTEM = Actor(kind="system", user_id=0)
FORGET = ForgetMember(user_id=ALICE.user_id)


def test_entries_stay_in_their_order_as_nobodys(stage: Stage) -> None:
    stage.play("one", "two")
    stage.play("three", actor=BOB)
    effects = stage.order(FORGET, SYSTEM)
    assert not all_of(effects, StopTrack)
    assert (stage.current_title, stage.titles) == ("one", ["two", "three"])
    assert stage.player.current is not None
    entries = [stage.player.current, *stage.player.queue]
    assert [(entry.requester_id, entry.requester_name) for entry in entries] == [(0, ""), (0, ""), (2, "Bob")]


def test_the_message_is_shown_anew_and_what_changed_is_saved(stage: Stage) -> None:
    stage.play("one")
    effects = stage.order(FORGET, SYSTEM)
    assert [entry.requester_name for entry, _ in saved(effects).put] == [""]
    assert all_of(effects, ShowPlayer)


def test_their_vote_counts_no_more(stage: Stage) -> None:
    stage.play("one")
    stage.arrive(listeners=4)
    stage.order(VoteSkip(), ALICE)
    before = stage.player.state.votes
    stage.order(FORGET, SYSTEM)
    assert (before, stage.player.state.votes) == ((ALICE.user_id,), ())


def test_what_a_search_of_theirs_finds_is_nobodys(stage: Stage) -> None:
    stage.play("one", actor=BOB)
    command_id = stage.reserve()
    stage.order(FORGET, SYSTEM)
    stage.found(command_id, song("late"))
    assert [(entry.track.title, entry.requester_id) for entry in stage.player.queue] == [("late", 0)]


def test_a_player_that_knows_nothing_of_them_changes_nothing(stage: Stage) -> None:
    stage.play("one", actor=BOB)
    before = stage.player.current
    effects = stage.order(FORGET, SYSTEM)
    assert kinds(effects) == ["Reply"]
    assert stage.player.current is before
