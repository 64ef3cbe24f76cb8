"""Taking turns."""

from __future__ import annotations

from project.wire.messages import Play
from project.wire.orders import SetFairQueue
from tests.workers.player.cast import ALICE, BOB, CHARLIE, DJ_ROLE, LOUNGE, Stage, saved, song
from workers.player.limits import GuildRules
from workers.player.outcomes import Said

CHARLIE_HERE = CHARLIE.__class__(kind="member", user_id=3, name="Charlie", voice_channel_id=LOUNGE)


def fair() -> Stage:
    """A1 of Alice's plays, those who ask take turns."""
    stage = Stage()
    stage.play("A1", actor=ALICE)
    stage.arrive()
    stage.order(SetFairQueue(on=True))
    return stage


def test_switching_it_on_deals_out_what_waits() -> None:
    stage = Stage()
    stage.play("A1", "A2", "A3", actor=ALICE)
    stage.play("B1", "B2", actor=BOB)
    assert stage.ask(SetFairQueue(on=True)) == Said(key="fairqueue.on")
    assert stage.titles == ["B1", "A2", "B2", "A3"], "A1 plays, so it is Bob's turn"


def test_it_is_saved_and_switching_it_off_moves_nothing() -> None:
    stage = Stage()
    stage.play("A1", "A2", "A3", actor=ALICE)
    stage.play("B1", actor=BOB)
    assert saved(stage.order(SetFairQueue(on=True))).state.fair_queue
    before = stage.titles
    assert not saved(stage.order(SetFairQueue(on=False))).state.fair_queue
    assert stage.titles == before


def test_new_tracks_slot_in_where_their_turn_is() -> None:
    stage = fair()
    stage.play("A2", "A3", actor=ALICE)
    stage.play("B1", "B2", actor=BOB)
    assert stage.titles == ["B1", "A2", "B2", "A3"]
    stage.play("C1", actor=CHARLIE_HERE)
    assert stage.titles == ["B1", "C1", "A2", "B2", "A3"]


def test_an_album_is_spread_out() -> None:
    stage = fair()
    stage.play("B1", "B2", "B3", actor=BOB)
    stage.found(stage.reserve(actor=CHARLIE_HERE), *(song(f"C{n}") for n in (1, 2, 3, 4)), playlist="Album")
    assert stage.titles == ["B1", "C1", "B2", "C2", "B3", "C3", "C4"]


def test_ranks_rise_in_the_order_of_play() -> None:
    stage = fair()
    stage.play("A2", "A3", actor=ALICE)
    stage.play("B1", "B2", actor=BOB)
    ranks = [entry.rank for entry in stage.player.queue]
    assert ranks == sorted(set(ranks))


def test_what_is_asked_for_next_is_next() -> None:
    stage = fair()
    stage.play("A2", actor=ALICE)
    stage.found(stage.reserve(Play(query="x", position="next"), ALICE), song("A0"))
    assert stage.titles == ["A0", "A2"]
    waiting = stage.reserve(Play(query="x", position="next"), ALICE)
    stage.play("B1", actor=BOB)
    stage.found(waiting, song("A00"))
    assert stage.titles[0] == "A00"


def test_a_search_that_takes_long_holds_nobody_up() -> None:
    stage = fair()
    waiting = stage.reserve(Play(query="x"), BOB)
    stage.play("A2", actor=ALICE)
    assert stage.titles == ["A2"]
    stage.found(waiting, song("B1"))
    assert stage.titles == ["B1", "A2"]


def test_only_a_dj_may_change_it_where_there_is_one() -> None:
    stage = fair()
    stage.rules = GuildRules(dj_role_id=DJ_ROLE)
    assert stage.refusal(SetFairQueue(on=False), BOB) == "not_allowed"
