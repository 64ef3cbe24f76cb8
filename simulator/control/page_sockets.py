"""WebSockets that only tell a page things: one task sends, and both sides may end it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from aiohttp import WSCloseCode, web

_PING_S = 20.0
Sender = Callable[[web.WebSocketResponse], Awaitable[None]]


class PageSockets:
    """All open ones, so that a simulator that ends need not wait for the pages to go."""

    def __init__(self) -> None:
        self._open: set[web.WebSocketResponse] = set()

    async def serve(self, request: web.Request, send: Sender) -> web.WebSocketResponse:
        """Runs `send` until the page goes or `close` is called; a send to a page that went is no error."""
        socket = web.WebSocketResponse(heartbeat=_PING_S, compress=False)
        await socket.prepare(request)
        self._open.add(socket)
        sending = asyncio.create_task(_quietly(send, socket))
        try:
            async for _ in socket:  # a page has nothing to say; this ends when it goes
                pass
        finally:
            self._open.discard(socket)
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sending
        return socket

    async def close(self) -> None:
        """Ends all of them; the pages will try again."""
        closing = [socket.close(code=WSCloseCode.GOING_AWAY) for socket in tuple(self._open)]
        await asyncio.gather(*closing)


async def _quietly(send: Sender, socket: web.WebSocketResponse) -> None:
    with contextlib.suppress(ConnectionResetError):  # the page went; its reader notices too
        await send(socket)
