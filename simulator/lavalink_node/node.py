"""One node: all its parts, its regular work, and the websockets that are open."""

import asyncio
import logging
from pathlib import Path

from aiohttp import WSCloseCode, web

from simulator.catalogue import Catalogue, ensure_catalogue
from simulator.lavalink_node.engine import Engine
from simulator.lavalink_node.faults import Faults
from simulator.lavalink_node.request_log import RequestLog
from simulator.lavalink_node.request_workers import RequestWorkers
from simulator.lavalink_node.session_registry import SessionRegistry
from simulator.lavalink_node.settings import NodeSettings
from simulator.lavalink_node.sources import Sources
from simulator.lavalink_node.stats import Stats

_LOG = logging.getLogger(__name__)
_CLEANUPS_PER_LIMIT = 30


class Node:
    """Create it inside the loop; the web application starts and closes it."""

    def __init__(self, settings: NodeSettings) -> None:
        self.settings = settings
        self.engine = Engine(settings)
        self.sessions = SessionRegistry(self.engine)
        self.stats = Stats(self.sessions)
        self.requests = RequestLog()
        self.workers = RequestWorkers(settings.hung_patches_that_kill_rest)
        self.sources = Sources(settings, _catalogue(settings.catalogue), self.engine.executor)
        self._sockets: dict[web.WebSocketResponse, web.Request] = {}

    @property
    def faults(self) -> Faults:
        """Return the troubles the node has."""
        return self.engine.faults

    def start(self) -> None:
        """Begin the regular work."""
        self.engine.spawn(self._send_stats())
        self.engine.spawn(self._clean_up())

    async def say_goodbye(self) -> None:
        """Say 1001 to every client, as on SIGTERM; no track ends with an event."""
        self.workers.stop()
        self.faults.clear()
        for session in self.sessions.open_sessions():
            session.resuming = False
        await self.close_websockets(WSCloseCode.GOING_AWAY)

    async def close(self) -> None:
        """End sessions, players and threads."""
        self.sessions.close()
        await self.engine.close()

    def opened(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        """Keep a websocket for goodbyes and faults."""
        self._sockets[socket] = request

    def closed(self, socket: web.WebSocketResponse) -> None:
        """Forget a websocket."""
        self._sockets.pop(socket, None)

    def finish(self, guild_id: int) -> int:
        """End a guild's track as if it had been heard to its end; returns how many players had one."""
        return sum(player.finish() for player in self.sessions.players() if player.guild_id == guild_id)

    def abort_websockets(self) -> int:
        """Cut all clients' TCP connections; returns how many."""
        for request in self._sockets.values():
            if request.transport is not None:
                request.transport.abort()
        return len(self._sockets)

    async def close_websockets(self, code: int) -> int:
        """Close all websockets with a code; returns how many."""
        sockets = list(self._sockets)
        await asyncio.gather(*(socket.close(code=code) for socket in sockets), return_exceptions=True)
        return len(sockets)

    async def _send_stats(self) -> None:
        while True:
            await asyncio.sleep(self.settings.stats_every)
            for session in [*self.sessions.open_sessions(), *self.sessions.resumable_sessions()]:
                session.send(self.stats.message(session))

    async def _clean_up(self) -> None:
        limit = self.settings.cleanup_after
        while True:
            await asyncio.sleep(limit / _CLEANUPS_PER_LIMIT)
            for player in self.sessions.players():
                player.clean_up(limit)


def _catalogue(folder: Path | None) -> Catalogue | None:
    return None if folder is None else ensure_catalogue(folder)


NODE = web.AppKey("node", Node)
