"""Which node is given guilds."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.workers.audio.fake_session import Session
from workers.audio.fleet import FAILED_SECONDS, Fleet
from workers.player.outcomes import Denied
from workers.ports import NodeAddress

A, B, C = (NodeAddress(name, 2333, "secret") for name in "abc")


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Nodes:
    """A fleet of two on a clock of its own."""

    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.fleet = Fleet([A, B], lambda node, _changed: Session(node), self.clock)


def test_the_least_loaded_is_chosen() -> None:
    fleet = Nodes().fleet
    fleet.moved(None, A.name)
    assert fleet.choose() == B
    fleet.moved(A.name, B.name)
    assert fleet.choose() == A


def test_slots_spread_over_equals() -> None:
    fleet = Nodes().fleet
    assert [fleet.choose(spread=slot) for slot in range(4)] == [A, B, A, B]


def test_a_failed_node_rests_until_it_is_heard_or_time_has_passed() -> None:
    nodes = Nodes()
    nodes.fleet.failed(A.name)
    assert nodes.fleet.choose() == B
    nodes.fleet.answers(A.name)
    assert nodes.fleet.choose() == A
    nodes.fleet.failed(A.name)
    nodes.clock.now += FAILED_SECONDS
    assert nodes.fleet.choose() == A


def test_in_a_hurry_a_node_that_was_met_comes_before_an_emptier_one() -> None:
    fleet = Nodes().fleet
    fleet.answers(B.name)
    fleet.moved(None, B.name)
    assert fleet.choose(hurry=True) == B
    assert fleet.choose() == A


def test_an_address_that_is_gone_is_drained_until_it_is_back() -> None:
    fleet = Nodes().fleet
    fleet.know([B, C])
    assert A.name in fleet.draining
    assert fleet.choose(avoid={B.name}) == C
    fleet.know([A, B, C])
    assert fleet.draining == {}


def test_a_drained_node_without_guilds_is_forgotten() -> None:
    fleet = Nodes().fleet
    fleet.moved(None, A.name)
    fleet.know([B])
    fleet.forget(A.name)
    assert fleet.node(A.name) == A
    fleet.moved(A.name, B.name)
    fleet.forget(A.name)
    assert fleet.node(A.name) is None


def test_a_node_that_dns_does_not_name_now_is_recalled() -> None:
    fleet = Nodes().fleet
    assert fleet.recalled("10.0.0.9:2333") == NodeAddress("10.0.0.9", 2333, "secret")
    assert fleet.recalled("10.0.0.9:4711") is None


def test_a_drained_node_may_be_used_again_when_it_was_started_anew() -> None:
    nodes = Nodes()
    nodes.fleet.drain(A.name, "voice PATCHes hang on it")
    nodes.clock.now += 60
    nodes.fleet.drain(A.name, "voice PATCHes hang on it")
    assert nodes.fleet.drained_for() == [(A, 60)]
    nodes.fleet.recovered(A.name)
    assert nodes.fleet.drained_for() == []
    assert nodes.fleet.choose() == A


def test_what_staff_drain_is_left_and_not_chosen_until_they_say_otherwise() -> None:
    fleet = Nodes().fleet
    fleet.wish_drained({A.name})
    assert A.name in fleet.draining
    assert fleet.choose() == B
    fleet.wish_drained(())
    assert A.name not in fleet.draining
    assert fleet.choose() == A


def test_a_restart_of_a_node_does_not_undo_what_staff_wish() -> None:
    fleet = Nodes().fleet
    fleet.drain(A.name, "voice PATCHes hang on it")
    fleet.wish_drained({A.name})
    fleet.recovered(A.name)
    fleet.know([A, B])
    assert A.name in fleet.draining
    assert fleet.drained_for() == [], "nobody asks whether it was started anew"


@pytest.mark.parametrize(
    ("wanted", "answer"),
    [
        (None, B),
        (B.name, B),
        (A.name, "node.same"),
        ("z:1", "node.unknown"),
        (C.name, "node.unusable"),
    ],
)
def test_a_guild_goes_where_it_is_sent_or_hears_why_not(wanted: str | None, answer: NodeAddress | str) -> None:
    fleet = Fleet([A, B, C], lambda node, _changed: Session(node))
    fleet.wish_drained({C.name})
    found = fleet.elsewhere(A.name, wanted, 0)
    assert (found.key if isinstance(found, Denied) else found) == answer


def test_with_every_node_out_of_use_none_is_chosen() -> None:
    fleet = Nodes().fleet
    fleet.failed(A.name)
    fleet.drain(B.name, "an operator wants it")
    assert fleet.choose() is None
