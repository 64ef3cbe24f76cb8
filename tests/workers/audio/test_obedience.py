"""What staff wish is done, again where it was not, and holds while nobody can say what they wish."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from project.spawned import ended
from tests.workers.audio.fake_session import Session
from tests.workers.audio.slot_stage import until
from workers.audio import obedience
from workers.audio.fleet import Fleet
from workers.audio.obedience import Obedience
from workers.ports import Away, NodeAddress
from workers.staff_ports import StaffWishes

NODE = NodeAddress("node", 2333, "secret")
GUILD, OTHER = 1 << 22, 2 << 22


@dataclass
class Board:
    """Implements StaffBoard."""

    wished: StaffWishes = field(default_factory=StaffWishes)
    away: bool = False

    async def wishes(self) -> StaffWishes:
        if self.away:
            raise Away("no PostgreSQL")
        return self.wished


@dataclass
class Stage:
    """One process's obedience, the guilds that are in voice, and those that were told to look."""

    board: Board = field(default_factory=Board)
    in_voice: set[int] = field(default_factory=set)
    told: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fleet = Fleet([NODE], lambda node, _changed: Session(node))
        self.obedience = Obedience(self.board, self.fleet, self.in_voice.__contains__, self.told.append)

    async def look(self) -> list[int]:
        """Guilds that are told by one look."""
        self.told.clear()
        await self.obedience.look()
        return self.told


async def test_nodes_are_drained_and_no_longer() -> None:
    stage = Stage(Board(StaffWishes(drained=frozenset({NODE.name}))))
    await stage.look()
    assert NODE.name in stage.fleet.draining
    stage.board.wished = StaffWishes()
    await stage.look()
    assert not stage.fleet.draining


async def test_a_guild_is_told_once_when_it_is_blocked_and_when_it_is_no_more() -> None:
    stage = Stage(Board(StaffWishes(blocked=frozenset({GUILD}))))
    assert await stage.look() == [GUILD]
    assert await stage.look() == []
    stage.board.wished = StaffWishes()
    assert await stage.look() == [GUILD]


async def test_a_blocked_guild_that_is_in_voice_all_the_same_is_told_again() -> None:
    stage = Stage(Board(StaffWishes(blocked=frozenset({GUILD, OTHER}))))
    await stage.look()
    stage.in_voice.add(OTHER)
    assert await stage.look() == [OTHER]


async def test_the_last_wishes_hold_while_postgresql_is_away() -> None:
    stage = Stage(Board(StaffWishes(drained=frozenset({NODE.name}), blocked=frozenset({GUILD}))))
    await stage.look()
    stage.board.away = True
    assert await stage.look() == []
    assert NODE.name in stage.fleet.draining


async def test_a_word_makes_it_look_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(obedience, "LOOK_SECONDS", 3_600.0)
    stage = Stage()
    running = asyncio.create_task(stage.obedience.run())
    await asyncio.sleep(0)
    stage.board.wished = StaffWishes(blocked=frozenset({GUILD}))
    stage.obedience.hurry()
    await until(lambda: stage.told == [GUILD])
    await ended(running)
