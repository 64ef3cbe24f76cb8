"""Serves the gateway's websocket: HELLO, then whatever the client says, until either side closes."""

import asyncio
import contextlib
import json
import logging
from typing import Any

from aiohttp import WSMsgType, web

from simulator.discord_gateway.close_codes import Close, Op, Refused
from simulator.discord_gateway.connection import Connection
from simulator.discord_gateway.frames import encode, frames_for
from simulator.discord_gateway.hub import Hub
from simulator.discord_gateway.opening import identify, resume
from simulator.faults import Fault, FaultBoard
from simulator.world.voice_moves import bot_asks
from simulator.world.world import World

log = logging.getLogger(__name__)
_LARGEST_MESSAGE = 4096
_SWEEP_EVERY_S = 1.0


class DiscordGateway:
    def __init__(self, world: World, *, faults: FaultBoard) -> None:
        self._world = world
        self._faults = faults
        self.hub = Hub(world)
        self._connections: set[Connection] = set()
        self._sweeper: asyncio.Task[None] | None = None

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/gateway", self._serve), web.get("/gateway/", self._serve)]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(compress=False, autoping=True)
        frames = frames_for(socket, request.query.get("compress"))
        await socket.prepare(request)
        if frames is None or request.query.get("v", "10") != "10":
            await socket.close(code=Close.INVALID_VERSION, message=b"Invalid API version or compression.")
            return socket
        rules = self._world.rules
        connection = Connection(
            socket,
            frames,
            clock=self._world.clock,
            command_window=rules.gateway_commands_window,
            delay=self._delay,
            abort=lambda: request.transport.abort() if request.transport is not None else None,
        )
        self._connections.add(connection)
        connection.queue(encode({"op": Op.HELLO, "d": {"heartbeat_interval": rules.heartbeat_interval_ms}}))
        tasks = [asyncio.create_task(connection.write()), asyncio.create_task(self._watch(connection))]
        try:
            await self._listen(socket, connection)
        finally:
            for task in tasks:
                task.cancel()
            self._connections.discard(connection)
            self._left(socket, connection)
        return socket

    def _left(self, socket: web.WebSocketResponse, connection: Connection) -> None:
        """Only a close that the client began may end its session."""
        if connection.session is not None:
            code = None if connection.closing else socket.close_code
            self.hub.leave(connection.session, code)

    async def _watch(self, connection: Connection) -> None:
        """Closes with 4009 whoever stopped beating, looking three times per interval."""
        rules = self._world.rules
        interval = rules.heartbeat_interval_ms / 1000
        while True:
            await asyncio.sleep(interval / 3)
            if self._world.clock() - connection.heard_at > interval * rules.heartbeat_grace:
                await connection.close(Close.SESSION_TIMED_OUT, "Session timed out.")
                return

    async def _listen(self, socket: web.WebSocketResponse, connection: Connection) -> None:
        async for message in socket:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                break
            try:
                self._hear(connection, _decode(message.data))
            except Refused as refusal:
                await connection.close(refusal.code, refusal.reason)
                break

    def _hear(self, connection: Connection, payload: dict[str, Any]) -> None:
        op, data = payload.get("op"), payload.get("d")
        if op == Op.HEARTBEAT:
            connection.heard_at = self._world.clock()
            connection.heartbeats += 1
            connection.queue(encode({"op": Op.HEARTBEAT_ACK}))
            return
        connection.count_command()
        if op in (Op.IDENTIFY, Op.RESUME):
            self._open(connection, op, data)
            return
        if connection.session is None:
            raise Refused(Close.NOT_AUTHENTICATED, "Not authenticated.")
        if op == Op.VOICE_STATE:
            self._voice_state(connection, data)
        elif op not in (Op.PRESENCE, Op.REQUEST_MEMBERS):
            raise Refused(Close.UNKNOWN_OPCODE, "Unknown opcode.")

    def _open(self, connection: Connection, op: int, data: Any) -> None:
        if connection.session is not None:
            raise Refused(Close.ALREADY_AUTHENTICATED, "Already authenticated.")
        if not isinstance(data, dict):
            raise Refused(Close.DECODE_ERROR, "Error while decoding payload.")
        opened = identify if op == Op.IDENTIFY else resume
        if not opened(self.hub, connection, data):
            connection.queue(encode({"op": Op.INVALID_SESSION, "d": False}))

    def _voice_state(self, connection: Connection, data: Any) -> None:
        session = connection.session
        if session is None or not isinstance(data, dict) or data.get("guild_id") is None:
            raise Refused(Close.DECODE_ERROR, "Error while decoding payload.")
        guild_id, channel_id = str(data["guild_id"]), data.get("channel_id")
        granted = guild_id.isdigit() and session.covers(guild_id)
        granted = granted and bot_asks(
            self._world,
            guild_id=guild_id,
            channel_id=None if channel_id is None else str(channel_id),
            self_mute=bool(data.get("self_mute")),
            self_deaf=bool(data.get("self_deaf")),
            owner=session.id,
        )
        if not granted:
            log.info("op 4 without an answer: guild %s, channel %s", guild_id, channel_id)

    def _delay(self) -> float:
        struck = [f for f in self._faults.take("gateway") if f.kind == "delay"]
        return sum(float(f.params.get("ms", 1000)) for f in struck) / 1000

    async def strike(self, fault: Fault) -> int:
        """Carries out a gateway fault on the matching shards at once; returns how many connections it hit."""
        hit = [c for c in self._connections if c.session is None or _is_meant(fault, c)]
        for connection in hit:
            await self._strike_one(fault, connection)
        return len(hit)

    async def _strike_one(self, fault: Fault, connection: Connection) -> None:
        if fault.kind == "close":
            await connection.close(int(fault.params.get("code", 4000)), str(fault.params.get("reason", "")))
        elif fault.kind == "drop":
            connection.abort()
        elif fault.kind == "reconnect":
            connection.queue(encode({"op": Op.RECONNECT, "d": None}))
        elif fault.kind == "invalidate":
            resumable = bool(fault.params.get("resumable", False))
            session = connection.session
            connection.queue(encode({"op": Op.INVALID_SESSION, "d": resumable}))
            if session is not None and not resumable:
                connection.session = None
                self.hub.end(session)

    def start(self) -> None:
        """Begins to end abandoned sessions as their time runs out; needs a running loop."""
        self._sweeper = asyncio.create_task(self._sweep())

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_EVERY_S)
            self.hub.drop_expired()

    async def stop(self) -> None:
        if self._sweeper is not None:
            self._sweeper.cancel()
        for connection in list(self._connections):
            with contextlib.suppress(ConnectionError):
                await connection.close(1001, "The simulator ends.")


def _is_meant(fault: Fault, connection: Connection) -> bool:
    wanted = fault.params.get("shard")
    return wanted is None or (connection.session is not None and connection.session.shard[0] == int(wanted))


def _decode(raw: str | bytes) -> dict[str, Any]:
    if len(raw) > _LARGEST_MESSAGE:
        raise Refused(Close.DECODE_ERROR, "Payload too large.")
    try:
        payload = json.loads(raw)
    except ValueError:
        raise Refused(Close.DECODE_ERROR, "Error while decoding payload.") from None
    if not isinstance(payload, dict):
        raise Refused(Close.DECODE_ERROR, "Error while decoding payload.")
    return payload
