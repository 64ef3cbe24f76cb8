"""Tells a page at once what changes in the world, over one WebSocket."""

import asyncio
from typing import Any

from aiohttp import WSCloseCode, web

from simulator.control.interactions import observed
from simulator.control.message_view import shown
from simulator.control.page_sockets import PageSockets
from simulator.world.changes import (
    Change,
    CommandsChanged,
    InteractionAnswered,
    MessageGone,
    MessageShown,
    PlacesChanged,
    VoiceChanged,
)
from simulator.world.world import World

_WAITING = 2_000
"""Changes kept for a page that reads slowly; beyond that it is cut off, connects again and reads everything anew."""


class LiveControl:
    """A change tells the state at its time; a page that (re)connects reads the rest through the other routes."""

    def __init__(self, world: World, pages: PageSockets) -> None:
        self._world = world
        self._pages = pages

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/control/live", self._live)]

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        return await self._pages.serve(request, self._send)

    async def _send(self, socket: web.WebSocketResponse) -> None:
        waiting = _Waiting(self._world)
        unobserve = self._world.observe(waiting.add)
        try:
            await socket.send_json({"type": "hello"})
            while not waiting.overflowed:
                await socket.send_json(await waiting.next())
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"This page reads too slowly.")
        finally:
            unobserve()


class _Waiting:
    """What one page has not been told yet."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.overflowed = False

    def add(self, change: Change) -> None:
        if self._queue.qsize() >= _WAITING:
            self.overflowed = True
        else:
            self._queue.put_nowait(described(self._world, change))

    async def next(self) -> dict[str, Any]:
        return await self._queue.get()


def described(world: World, change: Change) -> dict[str, Any]:
    """The change as the page is told it."""
    match change:
        case MessageShown(message):
            return {"type": "message", "message": shown(world, message)}
        case MessageGone(message):
            return {"type": "message_gone", "message_id": message.id, "channel_id": message.channel_id}
        case InteractionAnswered(interaction):
            return {"type": "interaction", "user_id": interaction.user_id, **observed(world, interaction)}
        case VoiceChanged(guild_id, user_id, channel_id):
            return {"type": "voice", "guild_id": guild_id, "user_id": user_id, "channel_id": channel_id}
        case PlacesChanged():
            return {"type": "places"}
        case CommandsChanged():
            return {"type": "commands"}
