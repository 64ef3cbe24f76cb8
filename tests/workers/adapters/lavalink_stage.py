"""A playing node for the Lavalink adapters under test, a tone it can load, and a notebook of the facts they report."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from simulator.lavalink_node.node import Node
from simulator.lavalink_node.routes import serve
from simulator.lavalink_node.session import Session
from simulator.lavalink_node.settings import NodeSettings
from workers.adapters.lavalink_loader import LavalinkLoader
from workers.adapters.lavalink_session import LavalinkSession
from workers.adapters.lavalink_voice import VoiceEndpoints
from workers.player.effects import StartTrack
from workers.player.facts import Fact
from workers.player.track import Entry, Track
from workers.ports import NodeAddress

USER_ID = 4242
PASSWORD = "correct horse battery"
PATIENCE = 20.0


class Notebook:
    """A FactSink that can be waited on."""

    def __init__(self) -> None:
        self.facts: list[tuple[int, Fact]] = []
        self._changed = asyncio.Event()

    def __call__(self, guild_id: int, fact: Fact) -> None:
        self.facts.append((guild_id, fact))
        self._changed.set()

    def of(self, guild_id: int, *kinds: type) -> list[Fact]:
        return [fact for guild, fact in self.facts if guild == guild_id and isinstance(fact, kinds)]

    async def until(self, seen: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not seen():
                self._changed.clear()
                await self._changed.wait()


class Stage:
    """One node that can be stopped and started again on its port."""

    def __init__(self, folder: Path, settings: NodeSettings) -> None:
        self._settings = settings
        self._runner: web.AppRunner | None = None
        self._port = 0
        self.node: Node
        self.tone = folder / "tone.wav"
        write_silence(self.tone, seconds=120)

    async def start(self) -> None:
        self.node = Node(self._settings)
        self._runner, self._port = await serve(self.node, "127.0.0.1", self._port)

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
            # A decoding job that was under way ends after the node, and only then gives up its file.
            await asyncio.to_thread(self.node.engine.executor.shutdown, wait=True)
            await asyncio.sleep(0.01)

    @property
    def address(self) -> NodeAddress:
        return NodeAddress("127.0.0.1", self._port, PASSWORD)

    @property
    def open_sessions(self) -> list[Session]:
        return self.node.sessions.open_sessions()

    def session(self, **options: Any) -> LavalinkSession:
        return LavalinkSession(self.address, user_id=USER_ID, voice=VoiceEndpoints(sandbox=True), **options)

    async def track(self, path: Path | None = None) -> Track:
        loader = LavalinkLoader(self.address, user_id=USER_ID)
        try:
            return (await loader.load(str(path or self.tone))).tracks[0]
        finally:
            await loader.close()

    def asked(self, method: str, part: str) -> list[dict[str, Any]]:
        """Requests the node got, oldest first."""
        return [entry for entry in self.node.requests.entries() if entry["method"] == method and part in entry["path"]]

    async def reconnected(self, session: LavalinkSession, handshakes: int) -> None:
        """Wait until the session stands again; counted at the node, for it may happen between two looks."""
        await until(lambda: len(self.asked("GET", "/v4/websocket")) >= handshakes and session.connected)


@asynccontextmanager
async def node_stage(folder: Path, **settings: Any) -> AsyncIterator[Stage]:
    stage = Stage(folder, NodeSettings(password=PASSWORD, **settings))
    await stage.start()
    try:
        yield stage
    finally:
        await stage.stop()


def write_silence(path: Path, seconds: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * 8000 * seconds))


def start_of(track: Track, entry: int = 1, **changes: Any) -> StartTrack:
    wishes = {"position_ms": 0, "paused": False, "volume": 100, "rev": 7} | changes
    return StartTrack(entry=Entry(id=entry, rank=entry, track=track, requester_id=1), **wishes)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 # nobody sets an event: the node does not know our tests
            await asyncio.sleep(0.01)


async def abandon(session: LavalinkSession) -> None:
    """Leave as a killed process does: the TCP connection is cut, nobody says goodbye and nobody reconnects."""
    node = session._link_node
    assert node is not None
    ws, task = node.link._ws, node.link._connection_task
    assert ws is not None
    assert task is not None
    assert ws._conn is not None
    assert ws._conn.transport is not None
    ws._conn.transport.abort()
    task.cancel()
    await asyncio.wait([task])
    await session.close(keep=True)
