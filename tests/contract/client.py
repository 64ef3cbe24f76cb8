"""A client that keeps everything a node says, and can wait for what it is to say."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

USER_ID = "170939974227591168"
PATIENCE = 30.0
"""Seconds to wait for what must come; long, because the machine may be busy."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered; `status` 0 when it was not."""

    status: int
    headers: dict[str, str]
    body: Any


@dataclass
class Listener:
    """One websocket of a client with all it received."""

    socket: aiohttp.ClientWebSocketResponse
    response_headers: dict[str, str]
    frames: list[dict[str, Any]] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to read."""
        self._task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self.socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self.frames.append(json.loads(message.data))
                self._news.set()
        self._news.set()

    async def until(self, holds: Callable[[list[dict[str, Any]]], bool], patience: float = PATIENCE) -> bool:
        """Wait until the frames satisfy a condition; returns whether they do."""
        try:
            async with asyncio.timeout(patience):
                while not holds(self.frames):
                    await self._news.wait()
                    self._news.clear()
        except TimeoutError:
            return False
        return True

    async def closed(self) -> int | None:
        """Wait for the server's close; returns its code."""
        if self._task is not None:
            async with asyncio.timeout(PATIENCE):
                await self._task
        return self.socket.close_code

    async def close(self) -> None:
        """Close with 1000."""
        await self.socket.close(code=1000)
        await self.closed()

    def abort(self) -> None:
        """Vanish as a killed process does: the TCP connection is reset."""
        connection = self.socket._response.connection
        if connection is not None and connection.transport is not None:
            connection.transport.abort()

    @property
    def session_id(self) -> str:
        """Return the id `ready` gave."""
        return str(next(frame for frame in self.frames if frame["op"] == "ready")["sessionId"])

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return the events so far."""
        return [frame for frame in self.frames if frame["op"] == "event"]


class NodeClient:
    """REST and websockets of one node."""

    def __init__(self, url: str, password: str) -> None:
        self.password = password
        self._http = aiohttp.ClientSession(url)
        self._listeners: list[Listener] = []

    async def close(self) -> None:
        """Hang up everywhere; no session is left to be resumed, for its voice would outlive the test."""
        for listener in self._listeners:
            if not listener.socket.closed and any(frame["op"] == "ready" for frame in listener.frames):
                await self.request("PATCH", f"/v4/sessions/{listener.session_id}", body={"resuming": False}, patience=1)
            await listener.socket.close()
        await self._http.close()

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        raw: str | None = None,
        headers: dict[str, str] | None = None,
        patience: float = PATIENCE,
    ) -> Answer:
        """Send as it is; without `headers` the password is sent."""
        given = {"Authorization": self.password} if headers is None else dict(headers)
        data = raw if raw is not None else (None if body is None else json.dumps(body))
        if data is not None and headers is None:
            given["Content-Type"] = "application/json"
        # aiohttp would name a content type of its own.
        skipped = () if "Content-Type" in given else ("Content-Type",)
        try:
            async with self._http.request(
                method,
                path,
                data=None if data is None else data.encode(),
                headers=given,
                skip_auto_headers=skipped,
                timeout=aiohttp.ClientTimeout(total=patience),
            ) as response:
                return Answer(response.status, dict(response.headers), _parsed(await response.text()))
        except TimeoutError:
            return Answer(0, {}, None)

    async def listen(self, headers: dict[str, str] | None = None) -> Listener:
        """Open a websocket; aiohttp.WSServerHandshakeError when it is refused."""
        given = headers or {"Authorization": self.password, "User-Id": USER_ID, "Client-Name": "contract/1.0"}
        socket = await self._http.ws_connect("/v4/websocket", headers=given, max_msg_size=0)
        listener = Listener(socket, dict(socket._response.headers))
        listener.start()
        self._listeners.append(listener)
        return listener

    async def resume(self, session_id: str, user_id: str = USER_ID) -> Listener:
        """Open a websocket that asks for a session back, and wait for its `ready`."""
        listener = await self.listen(
            {
                "Authorization": self.password,
                "User-Id": user_id,
                "Client-Name": "contract/2.0",
                "Session-Id": session_id,
            }
        )
        assert await listener.until(lambda frames: any(frame["op"] == "ready" for frame in frames))
        return listener

    async def ready(self) -> Listener:
        """Open a websocket and wait for its session."""
        listener = await self.listen()
        assert await listener.until(lambda frames: any(frame["op"] == "ready" for frame in frames))
        return listener

    async def player(self, session_id: str, guild_id: str, patch: dict[str, Any]) -> Answer:
        """PATCH a player."""
        return await self.request("PATCH", f"/v4/sessions/{session_id}/players/{guild_id}", body=patch)

    async def show(self, session_id: str, guild_id: str) -> Answer:
        """GET a player."""
        return await self.request("GET", f"/v4/sessions/{session_id}/players/{guild_id}")


def _parsed(text: str) -> Any:
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
