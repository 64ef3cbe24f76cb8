"""What a process shows of its slots and nodes is what is so; nothing depends on whether anybody can see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from project.wire.fleet_reports import NodeReport, NodeShare, SlotReport
from project.wire.messages import Pause
from tests.workers.audio.slot_stage import EPOCH, GUILD, Stage, until
from tests.workers.audio.test_slot_nodes import concert as concert
from tests.workers.audio.test_slot_nodes import taken
from workers.audio.fleet_watch import FleetWatch
from workers.node_ports import NodeFigures
from workers.ports import Away

FIGURES = NodeFigures(
    players=7,
    playing=5,
    system_load=0.5,
    lavalink_load=0.25,
    cores=2,
    memory_bytes=1_000,
    uptime_ms=60_000,
    frames_deficit=3,
)


@dataclass
class Board:
    """Implements FleetBoard."""

    slots: Mapping[int, SlotReport] = field(default_factory=dict)
    elsewhere: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    nodes: Mapping[str, NodeReport] = field(default_factory=dict)
    known: Mapping[str, int] = field(default_factory=dict)
    away: bool = False

    async def show(
        self,
        slots: Mapping[int, SlotReport],
        elsewhere: Mapping[int, Mapping[int, str]],
        nodes: Mapping[str, NodeReport],
        known: Mapping[str, int],
    ) -> None:
        if self.away:
            raise Away("no Redis")
        self.slots, self.elsewhere, self.nodes, self.known = slots, elsewhere, nodes, known


@dataclass
class Watched:
    """A concert and what people see of it."""

    stage: Stage
    board: Board = field(default_factory=Board)

    def __post_init__(self) -> None:
        self.watch = FleetWatch(self.board, "me:1", lambda: self.stage.now_ms)

    async def look(self) -> SlotReport:
        await self.watch.tell([self.stage.slot], self.stage.fleet.load())
        return self.board.slots[0]


@pytest.fixture
async def watched(concert: Stage) -> Watched:
    await taken(concert)
    return Watched(concert)


async def test_a_slot_is_shown_with_its_guilds_and_who_plays(watched: Watched) -> None:
    seen = await watched.look()
    assert seen == SlotReport(
        owner="me:1",
        epoch=EPOCH,
        at_ms=watched.stage.now_ms,
        primary="node:2333",
        nodes={"node:2333": NodeShare(players=1, playing=1)},
    )
    await watched.stage.command(Pause())
    assert (await watched.look()).nodes == {"node:2333": NodeShare(players=1, playing=0)}
    assert watched.board.elsewhere == {0: {}}


async def test_a_guild_that_moved_alone_is_named(watched: Watched) -> None:
    watched.stage.slot.play_elsewhere(GUILD)
    await until(lambda: ("start", "A") in watched.stage.other.done)
    seen = await watched.look()
    assert seen.primary == "node:2333"
    assert seen.nodes == {"other:2333": NodeShare(players=1, playing=1)}
    assert watched.board.elsewhere == {0: {GUILD: "other:2333"}}


async def test_a_node_is_shown_as_it_told_last(watched: Watched) -> None:
    await watched.look()
    assert watched.board.nodes == {"node:2333": NodeReport(seen_ms=watched.stage.now_ms)}
    watched.stage.session.told = FIGURES
    await watched.look()
    told = watched.board.nodes["node:2333"]
    assert (told.players, told.playing, told.lavalink_load, told.version) == (7, 5, 0.25, "4.2.2")


async def test_a_node_that_nobody_uses_is_known(watched: Watched) -> None:
    await watched.look()
    assert watched.board.known == dict.fromkeys(("node:2333", "other:2333"), watched.stage.now_ms)


async def test_a_node_that_is_not_heard_is_not_shown_as_seen(watched: Watched) -> None:
    watched.stage.session.away_for = 0.5
    await watched.look()
    assert watched.board.nodes == {}


async def test_a_lost_slot_is_its_new_owners_to_show(watched: Watched) -> None:
    watched.stage.slot.lost = True
    await watched.watch.tell([watched.stage.slot], [])
    assert watched.board.slots == {}


async def test_without_redis_nothing_is_shown_and_nothing_fails(watched: Watched) -> None:
    watched.board.away = True
    await watched.watch.tell([watched.stage.slot], [])
    assert watched.board.slots == {}
