"""Whatever dies, freezes or forgets: no frame is lost, the next command is obeyed, and all comes back by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from simulator.scenario.listener import Listener
from simulator.scenario.next_command import until_obeyed
from tests.chaos.blows import BLOWS
from tests.chaos.stage import WAITING, Stage
from tests.chaos.stores import OwnPostgres

AFTERWARDS_MS = 2_000
PLACE_MS = 1_000

pytestmark = pytest.mark.chaos


@pytest.fixture
def listeners(stage: Stage) -> Iterator[tuple[Listener, Listener]]:
    """Two guilds that listen, each the business of another audio child."""
    stage.stack.wait_served()
    first = stage.guild()
    second = stage.guild_apart_from(first)
    yield first, second
    stage.dissolve(first)
    stage.dissolve(second)


@pytest.mark.parametrize("name", BLOWS)
def test_the_music_goes_on(
    name: str,
    stage: Stage,
    postgres: OwnPostgres,
    listeners: tuple[Listener, Listener],
    record_property: Callable[[str, object], None],
) -> None:
    blow, listener = BLOWS[name], listeners[0]
    processes = len(stage.processes())
    for one in listeners:
        one.reset_ears()
        one.wait_heard(300)
    place = Place.of(stage, listener)
    struck = time.monotonic()
    blow.strike(stage, postgres, listener)
    if blow.interrupts:
        listener.wait_heard(listener.ears()["heard_ms"] + AFTERWARDS_MS)
    obeyed = until_obeyed(listener, "pause", since=struck)
    still = listener.falls_still()
    listener.command("resume")
    stage.stack.wait_served()
    ears = [_listened(one) for one in listeners]
    row = {
        "lost": sum(heard["lost"] for heard in ears),
        "max_gap_ms": max(heard["max_gap_ms"] for heard in ears),
        "next_command_ms": obeyed.ms,
        "tries": obeyed.tries,
    }
    record_property(name, row)
    assert still, "the node did not pause"
    assert row["lost"] == 0
    assert row["max_gap_ms"] <= blow.gap_ms
    assert [one.queued_titles() for one in listeners] == [WAITING, WAITING]
    assert stage.settles_at(processes), f"{len(stage.processes())} processes instead of {processes}"
    assert blow.next_command_ms is None or obeyed.ms <= blow.next_command_ms
    if blow.interrupts:
        assert abs(place.kept_within_ms(stage, listener)) <= PLACE_MS


def _listened(listener: Listener) -> dict[str, float]:
    heard = listener.ears()["heard_ms"]
    ears: dict[str, float] = listener.wait_heard(heard + AFTERWARDS_MS)
    return ears


@dataclass(frozen=True, slots=True)
class Place:
    """Where a guild's player stood at a moment (seconds since 1970)."""

    position_ms: int
    at: float

    @classmethod
    def of(cls, stage: Stage, listener: Listener) -> Place:
        """As its node reports it now."""
        _node, player = stage.node_of(listener)
        return cls(player["state"]["position"], time.time())

    def kept_within_ms(self, stage: Stage, listener: Listener) -> float:
        """How far from there a node was first asked to go on since; fails when none was asked."""
        later = [
            request["body"]["position"] - self.position_ms
            for request in stage.control.get("/requests?target=node")
            if request["guild_id"] == listener.guild_id
            and request["time"] > self.at
            and "position" in (request["body"] or {})
        ]
        assert later, "no node was asked to play the track"
        return float(later[0])
