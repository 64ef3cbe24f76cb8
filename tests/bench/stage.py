"""Segue's own processes around a simulated Discord, filled with guilds, for one or more measurements."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from signal import SIGCONT, SIGSTOP
from typing import Any

from simulator.stack import Say, Stack
from tests.bench.discord_side import DiscordSide, Place
from tests.bench.partner import ROOT
from tests.bench.stores import Stores, fresh_stores
from tests.ports import free_port

GUILDS_PER_SHARD = 100
"""A shard may send about 110 op 4 a minute: so all guilds of a stage can join in one go."""
LOGS = ROOT / ".run" / "bench"
"""What the processes of the last stack logged."""
PORTS = ("simulator", "node", "gateway", "audio", "api", "worker")


@dataclass(slots=True)
class Stage:
    """A running stack."""

    stack: Stack
    stores: Stores
    discord: DiscordSide
    node: dict[str, Any]
    places: list[Place] = field(default_factory=list)
    _turn: Iterator[int] = field(default_factory=itertools.count)

    def next_toggle(self) -> tuple[Place, str]:
        """A guild and what its member types next: each in turn pauses, then each in turn resumes, and so on."""
        number = next(self._turn)
        place = self.places[number % len(self.places)]
        return place, ("pause", "resume")[number // len(self.places) % 2]

    def environment(self) -> dict[str, str]:
        """What a process needs that imports Segue's code as the stack's processes do."""
        return {**os.environ, **self.stack.environment()}

    @property
    def audio_pid(self) -> int:
        """The one process that serves all slots."""
        return int(self.stack.audio_children()[0]["pid"])

    async def pids(self) -> dict[str, int]:
        """The processes that take part in a command."""
        state = await self.discord.get("/state")
        processes = {name: self.stack.services[name].process for name in ("gateway", "simulator")}
        return {
            **{name: process.pid for name, process in processes.items() if process is not None},
            "audio": self.audio_pid,
            "node": int(state["nodes"][0]["pid"]),
            "redis": self.stores.redis_pid,
        }

    @contextmanager
    def gateway_still(self) -> Iterator[None]:
        """The gateway stops for a while, so that nothing but the audio process works on what is published."""
        process = self.stack.services["gateway"].process
        assert process is not None
        os.kill(process.pid, SIGSTOP)
        try:
            yield
        finally:
            os.kill(process.pid, SIGCONT)


@asynccontextmanager
async def raised(
    say: Say, *, clocked: bool, guilds: int, processes: tuple[str, ...] = ("gateway", "audio")
) -> AsyncIterator[Stage]:
    """Start stores, simulator and processes (of an audio worker one child); raises StackFailed."""
    shards = str(1 + guilds // GUILDS_PER_SHARD)
    environment = {
        "AUDIO_CHILDREN": "1",
        "DISCORD_SHARDS": shards,
        "SIM_SHARDS": shards,
        "SIM_MAX_CONCURRENCY": shards,
        "SIM_CLOCKED": "1" if clocked else "0",
    }
    with fresh_stores() as stores:
        stack = Stack(
            folder=LOGS,
            database_url=stores.database_url,
            redis_url=stores.redis_url,
            say=say,
            environment=environment,
            ports={name: free_port() for name in PORTS},
        )
        try:
            await asyncio.to_thread(stack.start, processes)
            node = stack.simulator["nodes"][0]
            discord = DiscordSide(stack.simulator["control_url"], f"http://{node['host']}:{node['port']}")
            try:
                yield Stage(stack, stores, discord, node)
            finally:
                await discord.close()
        finally:
            await asyncio.to_thread(stack.stop)
