"""One guild's voice connection: signs in, heartbeats, heals what Discord lets heal, and owns the RTP line."""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from typing import Any, Protocol

import aiohttp

from simulator.discord_voice.crypto import Sealer
from simulator.lavalink_node import voice_handshake as handshake
from simulator.lavalink_node.engine import Engine, log_failure
from simulator.lavalink_node.patches import VoiceState
from simulator.lavalink_node.rtp_line import RtpLine
from simulator.lavalink_node.voice_wire import DiscoveryError, VoiceWire

_LOG = logging.getLogger(__name__)
_HEALABLE = (1001, 1006, 4009, 4015)
"""Closes after which koe resumes by itself and nobody is told (recording 34)."""
_HEAL_TRIES = 5


class VoiceUnreachableError(Exception):
    """The endpoint refuses TCP or has no address; the real server's request never ends then."""


class VoiceRefusedError(Exception):
    """Something answers there, but it is no voice server."""


class VoiceListener(Protocol):
    """What a player hears of its connection, and what it gives to it."""

    def voice_ready(self) -> None: ...

    def voice_closed(self, code: int, reason: str, *, by_remote: bool) -> None: ...

    def provide(self) -> bytes | None: ...


class VoiceConnection:
    """Opened once. After a close that does not heal, sound goes on into the void, as recorded."""

    def __init__(self, engine: Engine, guild_id: int, user_id: int, voice: VoiceState, listener: VoiceListener) -> None:
        self.voice = voice
        self.connected = False
        self.ping = 0
        self._engine = engine
        self._guild_id = guild_id
        self._user_id = user_id
        self._listener = listener
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._wire: VoiceWire | None = None
        self._line: RtpLine | None = None
        self._conversation: asyncio.Task[None] | None = None
        self._discovery: asyncio.Task[None] | None = None
        self._heartbeats: asyncio.Task[None] | None = None
        self._ssrc = 0
        self._seq_ack = -1
        self._closing = False
        self._handlers: dict[int, Callable[[Any], None]] = {
            handshake.HELLO: self._hello,
            handshake.READY: self._ready,
            handshake.SESSION_DESCRIPTION: self._session_description,
            handshake.HEARTBEAT_ACK: self._heartbeat_ack,
        }

    async def open(self) -> None:
        """Connect and sign in; a bad token shows only later, in `voice_closed`.

        Raises VoiceUnreachableError or VoiceRefusedError.
        """
        self._socket = await self._connect()
        self.connected = True
        self._say(handshake.IDENTIFY, handshake.identify(self._guild_id, self._user_id, self.voice))
        self._conversation = asyncio.create_task(self._converse(self._socket))
        self._conversation.add_done_callback(log_failure)

    async def close(self) -> None:
        """Leave: no more sound, and 1000 to the gateway."""
        self.stop()
        if self._socket is not None:
            await self._socket.close(code=1000)
        if self._conversation is not None:
            self._conversation.cancel()

    def stop(self) -> None:
        """End the sound at once; the websocket is closed by `close`."""
        self._closing = True
        self.connected = False
        self._end_heartbeats()
        if self._discovery is not None:
            self._discovery.cancel()
        self._drop_line()

    def _drop_line(self) -> None:
        if self._line is not None:
            self._engine.sender.remove(self._line)
            self._line = None
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        url = f"wss://{self.voice.endpoint}/?v=8"
        try:
            return await self._engine.voice_client.ws_connect(url, autoping=True, max_msg_size=0)
        except (aiohttp.ClientConnectorSSLError, aiohttp.ClientConnectorCertificateError) as error:
            raise VoiceRefusedError(str(error)) from error
        except aiohttp.ClientConnectorError as error:
            raise VoiceUnreachableError(str(error)) from error
        except (aiohttp.ClientError, ValueError, OSError) as error:
            raise VoiceRefusedError(str(error)) from error

    async def _converse(self, gateway: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            code, reason = await self._listen(gateway)
            self._end_heartbeats()
            if self._closing:
                return
            healed = await self._heal() if code in _HEALABLE else None
            if healed is None:
                break
            gateway = self._socket = healed
        self.connected = False
        self._listener.voice_closed(code, reason, by_remote=True)

    async def _listen(self, gateway: aiohttp.ClientWebSocketResponse) -> tuple[int, str]:
        """Handle messages until the gateway closes; return its code and reason."""
        while True:
            message = await gateway.receive()
            if message.type is aiohttp.WSMsgType.TEXT:
                self._receive(json.loads(message.data))
            elif message.type is aiohttp.WSMsgType.CLOSE:
                return int(message.data or 1005), message.extra or ""
            elif message.type in (
                aiohttp.WSMsgType.CLOSED,
                aiohttp.WSMsgType.CLOSING,
                aiohttp.WSMsgType.ERROR,
            ):
                return gateway.close_code or 1006, ""

    async def _heal(self) -> aiohttp.ClientWebSocketResponse | None:
        """Open another websocket and RESUME on it; None when the voice server stays away."""
        for attempt in range(_HEAL_TRIES):
            try:
                gateway = await self._connect()
            except (VoiceUnreachableError, VoiceRefusedError) as error:
                _LOG.info("guild %s: resuming voice failed: %s", self._guild_id, error)
                await asyncio.sleep(0.1 * 2**attempt)
                continue
            self._socket = gateway
            self._say(handshake.RESUME, handshake.resume(self._guild_id, self.voice, self._seq_ack))
            return gateway
        return None

    def _receive(self, message: dict[str, Any]) -> None:
        self._seq_ack = message.get("seq", self._seq_ack)
        handler = self._handlers.get(message["op"])
        if handler is not None:
            handler(message.get("d"))

    def _hello(self, data: dict[str, Any]) -> None:
        self._end_heartbeats()
        self._heartbeats = asyncio.create_task(self._heartbeat(data["heartbeat_interval"] / 1000))

    def _ready(self, data: dict[str, Any]) -> None:
        self._ssrc = data["ssrc"]
        self._say(handshake.MEDIA_SINK_WANTS, {"any": 0})
        self._listener.voice_ready()
        self._discovery = asyncio.create_task(self._discover(data))
        self._discovery.add_done_callback(log_failure)

    async def _discover(self, ready: dict[str, Any]) -> None:
        mode = handshake.preferred_mode(ready["modes"])
        if mode is None:
            _LOG.error("guild %s: no known encryption among %s", self._guild_id, ready["modes"])
            return
        self._drop_line()
        wire = self._wire = await VoiceWire.open(ready["ip"], ready["port"])
        try:
            address, port = await wire.discover(self._ssrc)
        except DiscoveryError as error:
            _LOG.error("guild %s: %s", self._guild_id, error)
            return
        self._say(handshake.SELECT_PROTOCOL, handshake.select_protocol(mode, address, port))

    def _session_description(self, data: dict[str, Any]) -> None:
        if self._wire is None or self._closing:
            return
        self._say(handshake.SPEAKING, handshake.speaking(self._ssrc, on=False))
        self._say(handshake.VIDEO, handshake.no_video(self._ssrc))
        self._line = RtpLine(
            self._guild_id,
            self._ssrc,
            self._wire.send,
            Sealer(data["mode"], bytes(data["secret_key"])),
            self._listener.provide,
            self._announce,
            self._engine.faults.sound,
        )
        self._engine.sender.add(self._line)

    def _announce(self, speaking: bool) -> None:
        self._say(handshake.SPEAKING, handshake.speaking(self._ssrc, on=speaking))

    def _say(self, op: int, data: object) -> None:
        """Send without making the caller wait; a closed websocket is noticed by the conversation."""
        gateway = self._socket
        if gateway is not None and not gateway.closed:
            self._engine.spawn(_send(gateway, json.dumps({"op": op, "d": data})))

    async def _heartbeat(self, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            self._say(handshake.HEARTBEAT, {"seq_ack": self._seq_ack, "t": int(time.time() * 1000)})

    def _heartbeat_ack(self, data: dict[str, Any]) -> None:
        self.ping = max(0, int(time.time() * 1000) - int(data["t"]))

    def _end_heartbeats(self) -> None:
        if self._heartbeats is not None:
            self._heartbeats.cancel()
            self._heartbeats = None


async def _send(gateway: aiohttp.ClientWebSocketResponse, text: str) -> None:
    try:
        await gateway.send_str(text)
    except (aiohttp.ClientError, ConnectionError) as error:
        _LOG.debug("the voice gateway is gone: %s", error)
