"""Lets a page listen to a voice channel: the very samples its people hear, over one WebSocket."""

from aiohttp import web

from simulator.control.orders import guild_of
from simulator.control.page_sockets import PageSockets
from simulator.discord_voice.ears import Ears
from simulator.world.world import World


class ListeningControl:
    """Each binary message is 20 ms of signed 16-bit little-endian stereo at 48 kHz; silence sends nothing."""

    def __init__(self, world: World, ears: Ears, pages: PageSockets) -> None:
        self._world = world
        self._ears = ears
        self._pages = pages

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/control/ears/{guild_id}/listen", self._listen)]

    async def _listen(self, request: web.Request) -> web.WebSocketResponse:
        guild = guild_of(self._world, request.match_info["guild_id"])

        async def send(socket: web.WebSocketResponse) -> None:
            listener = self._ears.subscribe(guild.id)
            try:
                async for block in listener:
                    await socket.send_bytes(block)
            finally:
                await listener.aclose()

        return await self._pages.serve(request, send)
