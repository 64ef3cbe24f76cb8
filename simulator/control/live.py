"""Tells a page at once what changes in the world, over one WebSocket."""

import asyncio
import contextlib
from typing import Any

from aiohttp import web

from simulator.control.interactions import observed
from simulator.control.message_view import shown
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
_TRY_AGAIN_LATER = 1013
_PING_S = 20.0


class LiveControl:
    """A change tells the state at its time; a page that (re)connects reads the rest through the other routes."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/control/live", self._live)]

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=_PING_S)
        await socket.prepare(request)
        waiting = _Waiting(self._world)
        unobserve = self._world.observe(waiting.add)
        sending = asyncio.create_task(_send(waiting, socket))
        try:
            async for _ in socket:  # a page has nothing to say; this ends when it goes
                pass
        finally:
            unobserve()
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sending
        return socket


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


async def _send(waiting: _Waiting, socket: web.WebSocketResponse) -> None:
    with contextlib.suppress(ConnectionResetError):  # the page went; its reader notices too
        await socket.send_json({"type": "hello"})
        while not waiting.overflowed:
            await socket.send_json(await waiting.next())
        await socket.close(code=_TRY_AGAIN_LATER, message=b"This page reads too slowly.")


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
