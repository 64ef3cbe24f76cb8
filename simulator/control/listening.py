"""Lets a page listen to a voice channel: the very samples its people hear, over one WebSocket."""

import asyncio
import contextlib

from aiohttp import web

from simulator.control.orders import guild_of
from simulator.discord_voice.ears import Ears
from simulator.discord_voice.hearing import Listener
from simulator.world.world import World

_PING_S = 20.0


class ListeningControl:
    """Each binary message is 20 ms of signed 16-bit little-endian stereo at 48 kHz; silence sends nothing."""

    def __init__(self, world: World, ears: Ears) -> None:
        self._world = world
        self._ears = ears

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/control/ears/{guild_id}/listen", self._listen)]

    async def _listen(self, request: web.Request) -> web.WebSocketResponse:
        guild = guild_of(self._world, request.match_info["guild_id"])
        socket = web.WebSocketResponse(heartbeat=_PING_S, compress=False)
        await socket.prepare(request)
        listener = self._ears.subscribe(guild.id)
        sending = asyncio.create_task(_send(listener, socket))
        try:
            async for _ in socket:  # a listener has nothing to say; this ends when it goes
                pass
        finally:
            await listener.aclose()
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sending
        return socket


async def _send(listener: Listener, socket: web.WebSocketResponse) -> None:
    with contextlib.suppress(ConnectionResetError):  # the page went; its reader notices too
        async for block in listener:
            await socket.send_bytes(block)
