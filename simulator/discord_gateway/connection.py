"""One websocket to the gateway: a queue that keeps the order of what is sent, and its heartbeat's age."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable

from aiohttp import web

from simulator.discord_gateway.close_codes import Close, Refused
from simulator.discord_gateway.frames import FrameWriter
from simulator.discord_gateway.session import Session
from simulator.world.time_rules import Clock

_MOST_COMMANDS = 120


class Connection:
    """`session` is None until IDENTIFY or RESUME was accepted."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        frames: FrameWriter,
        *,
        clock: Clock,
        command_window: float,
        delay: Callable[[], float],
        abort: Callable[[], None],
    ) -> None:
        self._socket = socket
        self._frames = frames
        self._clock = clock
        self._command_window = command_window
        self._commands: deque[float] = deque()
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._delay = delay
        self._abort = abort
        self.session: Session | None = None
        self.heard_at = clock()
        self.heartbeats = 0
        self.closing = False

    def queue(self, text: str) -> None:
        if not self.closing:
            self._outgoing.put_nowait(text)

    async def write(self) -> None:
        """Sends what is queued, in order, until cancelled or the socket is gone."""
        with contextlib.suppress(ConnectionError):
            while True:
                text = await self._outgoing.get()
                late = self._delay()
                if late:
                    await asyncio.sleep(late)
                await self._frames.send(text)

    def count_command(self) -> None:
        """Raises Refused(4008) beyond 120 commands a minute; heartbeats are not counted."""
        now = self._clock()
        while self._commands and now - self._commands[0] > self._command_window:
            self._commands.popleft()
        self._commands.append(now)
        if len(self._commands) > _MOST_COMMANDS:
            raise Refused(Close.RATE_LIMITED, "You are being rate limited.")

    async def close(self, code: int, reason: str = "") -> None:
        self.closing = True
        await self._socket.close(code=code, message=reason.encode())

    def abort(self) -> None:
        """Cuts the TCP connection without a closing frame."""
        self.closing = True
        self._abort()
