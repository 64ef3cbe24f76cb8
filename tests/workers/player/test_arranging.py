"""Shuffle, remove, move and clear."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from project.wire.orders import Clear, Dedupe, MoveTrack, Play, Remove, Shuffle, Swap
from tests.workers.player.cast import ALICE, BOB, DJ_ROLE, Stage, all_of, kinds, only, saved, song
from workers.player.effects import Reply
from workers.player.limits import GuildRules
from workers.player.outcomes import Denied, Refused, Said


@pytest.fixture
def party(stage: Stage) -> Stage:
    """Now plays; A to E wait, B and D are Bob's."""
    stage.play("Now", "A")
    stage.play("B", actor=BOB)
    stage.play("C")
    stage.play("D", actor=BOB)
    stage.play("E")
    stage.arrive()
    return stage


def test_shuffle_mixes_what_waits_and_nothing_else(party: Stage) -> None:
    before, current = party.titles, party.current_title
    effects = party.order(Shuffle())
    assert only(effects, Reply).conclusion == Said(key="shuffled", values={"n": 5})
    assert party.titles != before
    assert sorted(party.titles) == before
    assert party.current_title == current


def test_the_mixed_order_is_the_saved_order(party: Stage) -> None:
    save = saved(party.order(Shuffle()))
    assert not save.removed
    ranks = [entry.rank for entry in party.player.queue]
    assert ranks == sorted(set(ranks))


def test_shuffle_leaves_the_places_of_searches(party: Stage) -> None:
    late = party.reserve(Play(query="x", position="next"))
    party.order(Shuffle())
    party.found(late, song("Late"))
    assert party.titles[0] == "Late"


def test_two_are_always_shuffled_into_another_order(stage: Stage) -> None:
    stage.play("Now", "A", "B")
    for expected in (["B", "A"], ["A", "B"]):
        stage.order(Shuffle())
        assert stage.titles == expected


def test_one_cannot_be_shuffled(stage: Stage) -> None:
    stage.play("Now", "A")
    assert stage.ask(Shuffle()) == Denied(key="shuffle.too_few")


def test_remove_names_what_it_took(party: Stage) -> None:
    assert party.ask(Remove(first=2)) == Said(key="removed", values={"title": "B"})
    assert party.titles == ["A", "C", "D", "E"]


@pytest.mark.parametrize("order", [Remove(first=2, last=4), Remove(first=4, last=2)])
def test_remove_takes_a_range_in_either_direction(party: Stage, order: Remove) -> None:
    assert party.ask(order) == Said(key="removed_many", values={"n": 3, "first": "B", "last": "D"})
    assert party.titles == ["A", "E"]


def test_remove_mine(party: Stage) -> None:
    assert party.ask(Remove(mine=True), BOB) == Said(key="removed_mine", values={"n": 2, "first": "B", "last": "D"})
    assert party.titles == ["A", "C", "E"]
    assert party.ask(Remove(mine=True), BOB) == Denied(key="remove.none_yours")


@pytest.mark.parametrize("order", [Remove(first=2, entry=3), MoveTrack(source=2, target=1, entry=3)])
def test_an_entry_that_waits_elsewhere_by_now_is_not_touched(party: Stage, order: Remove | MoveTrack) -> None:
    meant = next(entry.id for entry in party.player.queue if entry.track.title == "B")
    party.order(Remove(first=1))
    stale = replace(order, entry=meant)
    assert party.ask(stale) == Denied(key="position.another", values={"title": "C", "position": 2})
    assert party.titles == ["B", "C", "D", "E"]


@pytest.mark.parametrize("order", [Remove(first=2), MoveTrack(source=2, target=1)])
def test_an_entry_that_is_where_it_was_said_to_be_is_meant(party: Stage, order: Remove | MoveTrack) -> None:
    party.order(replace(order, entry=party.player.queue[1].id))
    assert party.titles != ["A", "B", "C", "D", "E"]


@pytest.mark.parametrize("order", [Remove(first=0), Remove(first=6), Remove(first=2, last=9)])
def test_remove_out_of_range_touches_nothing(party: Stage, order: Remove) -> None:
    assert party.ask(order) == Denied(key="position.unknown", values={"n": 5})
    assert len(party.titles) == 5


def test_an_empty_queue_has_nothing_to_give(stage: Stage) -> None:
    stage.play("Now")
    assert stage.refusal(Remove(first=1)) == "queue_empty"
    assert stage.refusal(MoveTrack(source=1, target=2)) == "queue_empty"
    assert stage.refusal(Clear()) == "queue_empty"


@pytest.mark.parametrize(
    ("source", "target", "titles"),
    [(1, 3, "BCADE"), (5, 1, "EABCD"), (4, 5, "ABCED"), (1, 5, "BCDEA")],
)
def test_move_puts_it_at_the_position(party: Stage, source: int, target: int, titles: str) -> None:
    moved = "ABCDE"[source - 1]
    assert party.ask(MoveTrack(source=source, target=target)) == Said(
        key="moved", values={"title": moved, "position": target}
    )
    assert "".join(party.titles) == titles


def test_move_out_of_range_or_nowhere(party: Stage) -> None:
    assert party.ask(MoveTrack(source=6, target=1)) == Denied(key="position.unknown", values={"n": 5})
    assert party.ask(MoveTrack(source=1, target=0)) == Denied(key="position.unknown", values={"n": 5})
    assert party.ask(MoveTrack(source=2, target=2)) == Denied(key="move.same", values={"title": "B", "position": 2})


def test_clear_empties_only_what_waits(party: Stage) -> None:
    effects = party.order(Clear())
    assert kinds(effects) == ["Save", "Reply"]
    assert only(effects, Reply).conclusion == Said(key="cleared", values={"n": 5})
    assert (party.current_title, party.titles) == ("Now", [])


def test_a_play_that_still_searches_is_cleared_too(party: Stage) -> None:
    late = party.reserve()
    assert party.ask(Clear()) == Said(key="cleared", values={"n": 6})
    reply = only(party.found(late, song("Late")), Reply)
    assert reply.conclusion == Refused(reason="cancelled", detail="anything")
    assert party.titles == []


def test_removing_ones_own_needs_no_dj(party: Stage) -> None:
    party.rules = GuildRules(dj_role_id=DJ_ROLE, dj_only=True)
    assert party.refusal(Remove(first=1), BOB) == "not_allowed"
    assert party.refusal(Remove(first=1, last=2), BOB) == "not_allowed"
    assert party.refusal(Clear(), BOB) == "not_allowed"
    assert party.ask(Remove(first=2), BOB) == Said(key="removed", values={"title": "B"})
    assert party.ask(Remove(mine=True), BOB) == Said(key="removed_mine", values={"n": 1, "first": "D", "last": "D"})
    assert party.ask(Remove(first=1), ALICE) == Said(key="removed", values={"title": "A"})


def test_a_long_queue_is_rearranged_in_one_save(stage: Stage) -> None:
    stage.found(stage.reserve(), *(song(str(number)) for number in range(300)), playlist="Long")
    save = saved(stage.order(Shuffle()))
    assert len(save.put) > 200
    assert len(all_of(stage.order(Shuffle()), Reply)) == 1


def test_two_change_places(party: Stage) -> None:
    assert party.ask(Swap(first=5, second=2)) == Said(key="swapped", values={"first": "E", "second": "B"})
    assert "".join(party.titles) == "AECDB"
    assert party.ask(Swap(first=1, second=6)) == Denied(key="position.unknown", values={"n": 5})
    assert party.ask(Swap(first=1, second=1)) == Denied(key="move.same", values={"title": "A", "position": 1})


def test_what_plays_or_waits_already_is_taken_out(party: Stage) -> None:
    party.play("A", "Now", "F", "A")
    assert party.ask(Dedupe()) == Said(key="deduped", values={"n": 3})
    assert "".join(party.titles) == "ABCDEF"
    assert party.ask(Dedupe()) == Denied(key="dedupe.none")
