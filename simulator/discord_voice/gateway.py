"""Discord's voice gateway v8: one websocket's conversation from HELLO to the key, and RESUME."""

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import WSMsgType, web

from simulator.discord_voice import close_codes, messages
from simulator.discord_voice.admission import Refusal
from simulator.discord_voice.crypto import KEY_BYTES, MODES, Opener
from simulator.discord_voice.messages import Message, Op
from simulator.discord_voice.presence import VoiceServerState
from simulator.discord_voice.sessions import VoiceSession

logger = logging.getLogger(__name__)

_CLOSE_ANSWER_S = 0.5
"""Lavalink's voice library never answers a close frame: waiting longer would only delay."""
_MISSED_HEARTBEATS = 2

Handler = Callable[[Message], Awaitable[None]]


class DismissedError(Exception):
    """The client did what ends its connection with `code`."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class VoiceConnection:
    """One websocket; it holds at most one session."""

    def __init__(self, request: web.Request, state: VoiceServerState) -> None:
        self._request = request
        self._state = state
        self._websocket = web.WebSocketResponse(timeout=_CLOSE_ANSWER_S, compress=False)
        self._session: VoiceSession | None = None
        self._watchdog: asyncio.TimerHandle | None = None
        self._handlers: dict[int, Handler] = {
            Op.IDENTIFY: self._identify,
            Op.SELECT_PROTOCOL: self._select_protocol,
            Op.HEARTBEAT: self._heartbeat,
            Op.RESUME: self._resume,
        }

    async def run(self) -> web.WebSocketResponse:
        """Talk until either side has enough."""
        await self._websocket.prepare(self._request)
        try:
            self._expect_heartbeat()
            await self._send(Op.HELLO, messages.hello(self._state.heartbeat_ms))
            async for frame in self._websocket:
                if frame.type is WSMsgType.TEXT:
                    await self._receive(frame.data)
        except ConnectionResetError:
            logger.debug("voice gateway: the client went away in mid-sentence")
        finally:
            if self._watchdog is not None:
                self._watchdog.cancel()
            self._state.release(self._session, self, self._websocket.close_code or close_codes.ABNORMAL)
        return self._websocket

    async def close(self, code: int, reason: str) -> None:
        """Leave the session first, so that nobody sees it connected while the client dawdles."""
        self._state.release(self._session, self, code)
        if self._websocket.prepared:
            await self._websocket.close(code=code, message=reason.encode())

    def abort(self) -> None:
        """Tear the TCP connection down; the session may be resumed."""
        self._state.release(self._session, self, close_codes.ABNORMAL)
        if self._request.transport is not None:
            self._request.transport.abort()

    async def _receive(self, raw: str) -> None:
        try:
            message = messages.read_message(raw)
            await self._answer(message)
        except DismissedError as error:
            await self.close(error.code, error.reason)
        except messages.UndecodableMessageError as error:
            await self.close(close_codes.UNDECODABLE_PAYLOAD, f"Failed to decode payload: {error}.")

    async def _answer(self, message: Message) -> None:
        handler = self._handlers.get(message.op)
        if handler is not None:
            await handler(message)
        elif message.op not in messages.UNANSWERED:
            raise DismissedError(close_codes.UNKNOWN_OPCODE, "Unknown opcode.")
        elif self._session is None:
            raise DismissedError(close_codes.NOT_AUTHENTICATED, "Not authenticated.")

    async def _identify(self, message: Message) -> None:
        if self._session is not None:
            raise DismissedError(close_codes.ALREADY_AUTHENTICATED, "Already authenticated.")
        guild_id = message.text("server_id")
        await asyncio.sleep(self._state.faults.delay_s(guild_id))
        session = self._state.admit(
            guild_id, message.text("user_id"), message.text("session_id"), message.text("token")
        )
        if isinstance(session, Refusal):
            raise DismissedError(session.code, session.reason)
        self._hold(session, resumed=False)
        await self._send_numbered(session, Op.READY, messages.ready(session.ssrc, self._state.udp_address))

    async def _select_protocol(self, message: Message) -> None:
        if self._session is None:
            raise DismissedError(close_codes.NOT_AUTHENTICATED, "Not authenticated.")
        if message.text("protocol") != "udp":
            raise DismissedError(close_codes.UNKNOWN_PROTOCOL, "Unknown protocol.")
        mode = Message(message.op, message.fields().get("data")).text("mode")
        if mode not in MODES:
            raise DismissedError(close_codes.UNKNOWN_ENCRYPTION_MODE, "Unknown encryption mode.")
        key = secrets.token_bytes(KEY_BYTES)
        self._session.opener = Opener(mode, key)
        description = messages.session_description(mode, key, secrets.token_hex(16))
        await self._send_numbered(self._session, Op.SESSION_DESCRIPTION, description)

    async def _heartbeat(self, message: Message) -> None:
        self._expect_heartbeat()
        await self._send(Op.HEARTBEAT_ACK, messages.heartbeat_ack(message.data))

    async def _resume(self, message: Message) -> None:
        """Take a session up again and repeat what its client has not acknowledged."""
        if self._session is not None:
            raise DismissedError(close_codes.ALREADY_AUTHENTICATED, "Already authenticated.")
        guild_id = message.text("server_id")
        await asyncio.sleep(self._state.faults.delay_s(guild_id))
        session = self._state.sessions.find(guild_id, message.text("session_id"), message.text("token"))
        if session is None:
            raise DismissedError(close_codes.SESSION_INVALID, "Session is no longer valid.")
        if session.connection is not None:
            session.connection.abort()
        self._hold(session, resumed=True)
        acknowledged = message.fields().get("seq_ack")
        missed = session.missed_since(acknowledged) if isinstance(acknowledged, int) else []
        for text in missed:
            await self._websocket.send_str(text)
        await self._send(Op.RESUMED, None)

    def _hold(self, session: VoiceSession, *, resumed: bool) -> None:
        self._session = session
        self._state.hold(session, self, resumed=resumed)

    def _expect_heartbeat(self) -> None:
        if self._watchdog is not None:
            self._watchdog.cancel()
        patience_s = self._state.heartbeat_ms * _MISSED_HEARTBEATS / 1000
        self._watchdog = asyncio.get_running_loop().call_later(patience_s, self._time_out)

    def _time_out(self) -> None:
        self._state.spawn(self.close(close_codes.SESSION_TIMEOUT, "Session timed out."))

    async def _send(self, op: Op, data: object) -> None:
        await self._websocket.send_str(json.dumps({"op": op, "d": data}))

    async def _send_numbered(self, session: VoiceSession, op: Op, data: object) -> None:
        session.sequence += 1
        text = json.dumps({"op": op, "d": data, "seq": session.sequence})
        session.sent.append((session.sequence, text))
        await self._websocket.send_str(text)
