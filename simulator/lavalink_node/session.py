"""A client's session: its players, its websocket, and what waits for it while no websocket is open."""

import asyncio
import json
import logging
import secrets
import string
from typing import Any

from aiohttp import web

from simulator.lavalink_node.engine import Engine
from simulator.lavalink_node.player import Player

_LOG = logging.getLogger(__name__)
_ID_LETTERS = string.ascii_lowercase + string.digits
_ID_LENGTH = 16
_DEFAULT_TIMEOUT = 60


class Session:
    """Messages leave through an own task, so that a client that does not read delays nobody."""

    def __init__(self, user_id: int, client_name: str | None, engine: Engine) -> None:
        self.id = "".join(secrets.choice(_ID_LETTERS) for _ in range(_ID_LENGTH))
        self.resuming = False
        self.timeout = _DEFAULT_TIMEOUT
        self.client_name = client_name
        self.players: dict[int, Player] = {}
        self.socket: web.WebSocketResponse | None = None
        self._user_id = user_id
        self._engine = engine
        self._waiting: list[dict[str, Any]] = []
        self._outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None

    @property
    def user_id(self) -> int:
        """Return the bot's Discord id, with which its players sign in to voice."""
        return self._user_id

    def player(self, guild_id: int) -> Player:
        """Return the guild's player, made now if need be."""
        if guild_id not in self.players:
            self.players[guild_id] = Player(guild_id, self, self._engine)
        return self.players[guild_id]

    def send(self, message: dict[str, Any]) -> None:
        """Send, or keep for the resume; positions are not kept, being stale by then."""
        if self.socket is not None:
            self._outbox.put_nowait(message)
        elif message["op"] != "playerUpdate":
            self._waiting.append(message)

    def attach(self, socket: web.WebSocketResponse, *, resumed: bool) -> None:
        """Speak through this websocket from now on; a resumed session first says what waited."""
        self.socket = socket
        self.send({"op": "ready", "resumed": resumed, "sessionId": self.id})
        waiting, self._waiting = self._waiting, []
        for message in waiting:
            self.send(message)
        if resumed:
            for player in self.players.values():
                player.send_update()
        self._writer = asyncio.create_task(self._write(socket))

    def detach(self) -> None:
        """The websocket is gone; what had not left yet waits for the next."""
        self.socket = None
        if self._writer is not None:
            self._writer.cancel()
            self._writer = None
        while not self._outbox.empty():
            self.send(self._outbox.get_nowait())

    def destroy(self) -> None:
        """End all players; there is nobody to tell."""
        for player in self.players.values():
            player.release()
        self.players.clear()

    async def _write(self, socket: web.WebSocketResponse) -> None:
        while True:
            message = await self._outbox.get()
            try:
                await socket.send_str(json.dumps(message, separators=(",", ":")))
            except ConnectionError as error:
                # The reading side notices the same and detaches.
                _LOG.debug("session %s: %s", self.id, error)
                return
