"""A slot on two playing nodes: one ends, and the other goes on with the same track at the same place."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.workers.adapters.lavalink_stage import USER_ID, node_stage, until
from tests.workers.adapters.lavalink_stage import Stage as NodeStage
from tests.workers.audio.fakes import (
    Book,
    Catalogue,
    Events,
    Kept,
    Memories,
    MemoryStore,
    Mirror,
    Stream,
    Terms,
    Wordless,
    WrittenSessions,
)
from workers.adapters.lavalink_session import LavalinkSession
from workers.adapters.lavalink_voice import VoiceEndpoints
from workers.audio.actor_ports import ActorPorts
from workers.audio.change_teller import ChangeTeller
from workers.audio.fleet import Fleet
from workers.audio.owned_slot import OwnedSlot
from workers.audio.speaker import Speaker
from workers.audio.troubles import TroubleNotes
from workers.player.track import Entry, PlayerState
from workers.ports import SavedPlayer

GUILD = 8 << 22
EPOCH = 5
PLAYED_MS = 30_000


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Concert:
    """A guild plays on the first of two nodes."""

    def __init__(self, first: NodeStage, second: NodeStage) -> None:
        self.first, self.second = first, second
        self.store = MemoryStore()
        voice = VoiceEndpoints(sandbox=True)
        fleet = Fleet(
            [first.address, second.address],
            lambda node, changed: LavalinkSession(node, user_id=USER_ID, voice=voice, on_new_session=changed),
        )
        speaker, terms = Speaker(Stream()), Terms()
        ports = ActorPorts(
            self.store,
            Catalogue(),
            Wordless(),
            Mirror(),
            speaker,
            Memories(),
            now_ms,
            terms,
            ChangeTeller(Events()),
            saved=Kept(),
            troubles=TroubleNotes(Book()),
        )
        self.slot = OwnedSlot(0, EPOCH, fleet, WrittenSessions(), ports)
        self._watching: asyncio.Task[None] | None = None

    async def start(self, *, paused: bool) -> None:
        """The slot is taken and what was saved plays."""
        entry = Entry(id=1, rank=1, track=await self.first.track(), requester_id=1)
        state = PlayerState(
            guild_id=GUILD, rev=3, voice_channel_id=50, current_entry=1, position_ms=PLAYED_MS, paused=paused
        )
        self.store.saved[GUILD] = SavedPlayer(state, entry, (), ())
        await self.slot.take("test")
        self._watching = asyncio.create_task(self._watch())
        await until(lambda: self.on(self.first) is not None)

    def on(self, stage: NodeStage) -> dict[str, Any] | None:
        """The PATCH that started the guild's track on a node, if there was one."""
        starts = [asked["body"] for asked in stage.asked("PATCH", "/players/") if "track" in asked["body"]]
        return starts[-1] if starts else None

    async def close(self) -> None:
        """Leave nothing behind."""
        if self._watching is not None:
            self._watching.cancel()
        await self.slot.release()

    async def _watch(self) -> None:
        while True:
            self.slot.nodes.check()
            await asyncio.sleep(0.05)


@pytest.fixture
async def concert(tmp_path: Path) -> AsyncIterator[Concert]:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(node_stage(tmp_path, player_update_every=0.1))
        second = await stack.enter_async_context(node_stage(tmp_path, player_update_every=0.1))
        made = Concert(first, second)
        yield made
        await made.close()


@pytest.mark.parametrize("paused", [False, True])
async def test_a_node_that_ends_is_replaced_and_nobody_starts_anew(concert: Concert, paused: bool) -> None:
    await concert.start(paused=paused)
    before = concert.on(concert.first)
    await concert.first.stop()
    await until(lambda: concert.on(concert.second) is not None)
    after = concert.on(concert.second)
    assert before is not None
    assert after is not None
    assert after["track"]["encoded"] == before["track"]["encoded"]
    assert (after["track"]["userData"]["entry"], after["paused"]) == (1, paused)
    assert after["position"] >= PLAYED_MS
    if paused:
        assert after["position"] == PLAYED_MS
