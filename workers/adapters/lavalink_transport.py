"""The library's transport made to survive: it resumes, retries every failure, keeps frames in order (TRAPS 16-18)."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import AsyncIterator
from typing import Any, Protocol

import aiohttp
import lavalink
from lavalink.transport import Transport

from workers.adapters.lavalink_metrics import SOCKETS_LOST
from workers.adapters.lavalink_rest import ask, password_refused
from workers.ports import Away, PasswordRefused, PortFailed

_log = logging.getLogger(__name__)

PING_EVERY = 1.0
"""Seconds of silence before a ping. A hung node's music goes on from where the node was last heard: with a ping every
3 s that was 2.4 s early."""
UNHEARD_PINGS = 5
"""So many pings into silence and the socket counts as dead, 6 s after the last frame: guilds of a hung node are heard
again within 10 s. Counting pings, not seconds, forgives a busy loop of ours."""
READY_WITHIN = 3.0
STEADY_AFTER = 5.0
_WS_TIMEOUT = aiohttp.ClientWSTimeout(ws_close=0.5)  # a hung node must not hold up the reconnect


class SocketDropped(Away):
    """The socket is no use any more. `retry_in` overrides the back-off (s)."""

    def __init__(self, sentence: str, *, retry_in: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_in = retry_in


class SocketKeeper(Protocol):
    """Who decides what a connected socket means."""

    async def ready(self, session_id: str, resumed: bool) -> None:
        """Settle which session is used; raises PortFailed to have the socket dropped and tried again."""

    def heard(self, frame: dict[str, Any], at_ms: int) -> None:
        """A frame came; frames come in the node's order."""

    def refused(self, error: PasswordRefused) -> None:
        """The node does not accept our password; it is asked again, slowly."""


class Waits:
    """Grows from 0 to `high` seconds, with jitter, so that 64 slots do not knock at a starting node together."""

    def __init__(self, high: float = 5.0) -> None:
        self.high = high
        self._next = 0.0

    def reset(self) -> None:
        """The connection held: begin anew."""
        self._next = 0.0

    def next(self) -> float:
        """Seconds to wait before the next try."""
        wait = self._next * random.uniform(0.5, 1.0)
        self._next = min(max(self._next * 2, 0.25), self.high)
        return wait


class ResumingTransport(Transport):
    """One socket that is always being kept open; `session_id` is the session it resumes and REST calls go to."""

    __slots__ = ("_heard_at", "_hurried", "_unheard", "down_since", "failure", "keeper", "steady")

    def __init__(self, node: lavalink.Node, host: str, port: int, password: str, session_id: str | None) -> None:
        super().__init__(node, host, port, password, False, session_id, connect=False)
        self.keeper: SocketKeeper | None = None
        self.steady = False
        """Whether the socket is open and its session settled."""
        self.failure = ""
        """Why the last try ended."""
        self.down_since = time.monotonic()
        """Since when the node is not heard (monotonic s); of no meaning while the socket is steady."""
        self._heard_at = time.monotonic()
        self._unheard = 0
        self._hurried = asyncio.Event()

    def hurry(self) -> None:
        """Try to connect now instead of when it is due."""
        self._hurried.set()

    async def destroy(self) -> None:
        """Close the socket and wait until nothing of it runs."""
        task = self._connection_task
        await super().destroy()  # type: ignore[no-untyped-call] # the library's
        if task is not None:
            await asyncio.wait([task])

    async def _connect(self) -> None:
        waits = Waits()
        while not self.destroyed:
            began = time.monotonic()
            wait: float | None = None
            try:
                await self._hold_socket()
            except PasswordRefused as error:
                self._failed(error, logging.ERROR)
                wait = waits.high
                if self.keeper is not None:
                    self.keeper.refused(error)
            except PortFailed as error:
                self._failed(error, logging.WARNING)
                wait = error.retry_in if isinstance(error, SocketDropped) else None
            except Exception as error:  # this task is all that brings the slot's players back: it must not die
                _log.exception("Lavalink node %s said something that broke our socket", self._node.name)
                self.failure = repr(error)
            if time.monotonic() - began > STEADY_AFTER:
                waits.reset()
            await self._rest(waits.next() if wait is None else wait)

    async def _rest(self, seconds: float) -> None:
        self._hurried.clear()
        try:
            await asyncio.wait_for(self._hurried.wait(), seconds)
        except TimeoutError:
            return

    def _failed(self, error: PortFailed, level: int) -> None:
        """Log each failure once: a node that stays away is tried every few seconds by every slot."""
        sentence = str(error)
        quiet = self.destroyed or sentence == self.failure  # a socket that we close ourselves is no failure
        _log.log(logging.DEBUG if quiet else level, "%s", sentence)
        self.failure = sentence

    async def _hold_socket(self) -> None:
        """Open a socket, settle its session, and pass frames on until it ends; always raises PortFailed."""
        keeper = self.keeper
        if keeper is None:
            raise RuntimeError("a transport without a keeper has nobody to tell")
        ws = self._ws = await self._dial()
        try:
            frames = self._frames(ws)
            early, ready = await self._until_ready(frames)
            await keeper.ready(str(ready["sessionId"]), bool(ready["resumed"]))
            self.steady = True
            self.failure = ""
            for frame in early:
                keeper.heard(frame, _now_ms())
            async for frame in frames:
                keeper.heard(frame, _now_ms())
        finally:
            if self.steady:
                self.steady = False
                if not self.destroyed:
                    SOCKETS_LOST.labels(self._node.name).inc()
                self.down_since = self._heard_at if self._unheard else time.monotonic()
            await self._close_socket(ws)

    async def _dial(self) -> aiohttp.ClientWebSocketResponse:
        name = self._node.name
        headers = {
            "Authorization": self._password,
            "User-Id": str(self.client._user_id),
            "Client-Name": f"Segue lavalink.py/{lavalink.__version__}",
        }
        if self.session_id is not None:
            headers["Session-Id"] = self.session_id  # built anew for every try: the library forgets it (TRAPS 16)
        url = f"ws://{self._host}:{self._port}/v4/websocket"
        try:
            async with asyncio.timeout(READY_WITHIN):
                return await self._session.ws_connect(url, headers=headers, timeout=_WS_TIMEOUT, autoping=False)
        except aiohttp.WSServerHandshakeError as error:
            if error.status in {401, 403}:
                raise password_refused(name) from None
            raise SocketDropped(f"Lavalink node {name} answered {error.status} to our handshake") from None
        except (TimeoutError, aiohttp.ClientError) as error:
            raise SocketDropped(f"Lavalink node {name} cannot be reached ({type(error).__name__})") from None

    async def _until_ready(self, frames: AsyncIterator[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """(frames before it, the ready frame): `stats` may come first (TRAPS 3)."""
        early: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(READY_WITHIN):
                async for frame in frames:
                    if frame.get("op") == "ready":
                        return early, frame
                    early.append(frame)
        except TimeoutError:
            pass
        raise SocketDropped(f"Lavalink node {self._node.name} opened a socket and never said ready")

    async def _frames(self, ws: aiohttp.ClientWebSocketResponse) -> AsyncIterator[dict[str, Any]]:
        """What the node says, until it closes, breaks or falls silent: then SocketDropped."""
        name = self._node.name
        self._unheard = 0
        while True:
            try:
                message = await ws.receive(timeout=PING_EVERY)
            except TimeoutError:
                if self._unheard >= UNHEARD_PINGS:
                    raise SocketDropped(f"Lavalink node {name} is silent: no pong to {UNHEARD_PINGS} pings") from None
                self._unheard += 1
                await _send(ws.ping(), name)
                continue
            self._unheard, self._heard_at = 0, time.monotonic()
            if message.type is aiohttp.WSMsgType.TEXT:
                if (frame := _parse(message.data, name)) is not None:
                    yield frame
            elif message.type is aiohttp.WSMsgType.PING:
                await _send(ws.pong(message.data), name)
            elif message.type not in {aiohttp.WSMsgType.PONG, aiohttp.WSMsgType.BINARY}:
                # The number itself: the library dies on a 4xxx code, which its enum does not know (TRAPS 16).
                raise SocketDropped(f"Lavalink node {name} closed our socket (code {ws.close_code})")

    async def _request(
        self, method: str, path: str, to: Any = None, trace: bool = False, versioned: bool = True, **kwargs: Any
    ) -> Any:
        if self.destroyed:
            raise Away(f"our session on Lavalink node {self._node.name} is closed")
        url = f"{self.http_uri}/{'v4/' if versioned else ''}{path}"
        headers = {"Authorization": self._password}
        answer = await ask(self._session, self._node.name, method, url, headers=headers, **kwargs)
        return answer if to is None else to.from_dict(answer)


async def _send(sending: Any, name: str) -> None:
    try:
        await sending
    except (ConnectionError, aiohttp.ClientError) as error:
        raise SocketDropped(f"Lavalink node {name} is cut off ({type(error).__name__})") from None


def _parse(text: str, name: str) -> dict[str, Any] | None:
    try:
        frame = json.loads(text)
    except ValueError:
        _log.warning("Lavalink node %s sent a frame that is no JSON", name)
        return None
    return frame if isinstance(frame, dict) else None


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
