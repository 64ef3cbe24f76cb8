"""Puts the voice server together: a gateway over TLS, a socket for sound, and what the world may do to them."""

import asyncio
import ssl
from collections.abc import Callable
from typing import cast

from aiohttp import web

from simulator.discord_voice import close_codes
from simulator.discord_voice.admission import Admission
from simulator.discord_voice.ears import Ears
from simulator.discord_voice.gateway import VoiceConnection
from simulator.discord_voice.presence import VoiceChange, VoiceServerState
from simulator.discord_voice.sessions import Connection
from simulator.discord_voice.udp import RejectedPackets, VoiceSocket

HEARTBEAT_MS = 13_750
_SHUTDOWN_S = 0.2
"""Handlers end by themselves once their websocket is closed; only held-back handshakes are cut off."""


class VoiceServer:
    """Discord's voice for every guild.

    `tls` None serves plain websockets, which no real client accepts. `on_change` is called in the
    loop whenever a guild's connection opens or ends.
    """

    def __init__(
        self,
        *,
        admission: Admission,
        ears: Ears,
        tls: ssl.SSLContext | None,
        host: str = "127.0.0.1",
        wss_port: int = 0,
        udp_port: int = 0,
        public_host: str = "localhost",
        heartbeat_ms: int = HEARTBEAT_MS,
        on_change: Callable[[VoiceChange], None] | None = None,
    ) -> None:
        self._state = VoiceServerState(admission, ears, heartbeat_ms, on_change)
        self._socket = VoiceSocket(admission, self._state.sessions, ears, self._state.faults)
        self._tls = tls
        self._host = host
        self._wss_port = wss_port
        self._udp_port = udp_port
        self._public_host = public_host
        self._open: set[Connection] = set()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Bind both ports, the former ones after a stop; OSError when one is taken."""
        app = web.Application()
        app.router.add_get("/", self._serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)
        self._runner = runner
        await runner.setup()
        try:
            self._state.udp_address = await self._socket.open(self._host, self._udp_port)
            await web.TCPSite(runner, self._host, self._wss_port, ssl_context=self._tls).start()
        except OSError:
            await self.stop()
            raise
        self._wss_port = cast(int, runner.addresses[0][1])
        self._udp_port = self._state.udp_address[1]

    async def stop(self) -> None:
        """Say goodbye with 1001 and free both ports; sessions can be resumed after another start."""
        goodbyes = [each.close(close_codes.GOING_AWAY, "Going away.") for each in self._open]
        await asyncio.gather(*goodbyes)
        await self._state.settle()
        self._socket.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def endpoint(self) -> str:
        """Host and port as VOICE_SERVER_UPDATE gives them."""
        return f"{self._public_host}:{self._wss_port}"

    @property
    def udp_address(self) -> tuple[str, int]:
        """Where READY sends sound."""
        return self._state.udp_address

    @property
    def rejected(self) -> RejectedPackets:
        """The datagrams nobody heard."""
        return self._socket.rejected

    async def close_connection(self, guild_id: str, code: int, reason: str = "") -> None:
        """End a guild's sessions as Discord does; 4014 when the bot leaves or is moved."""
        await self._close(guild_id, code, reason)

    def abort_connection(self, guild_id: str) -> None:
        """Cut a guild's TCP connection; the session may be resumed and its sound goes on."""
        self._abort(guild_id)

    def move(self, guild_id: str, channel_id: str) -> None:
        """Let another channel hear a guild's connection, which stays as it is."""
        for session in self._state.sessions.of_guild(guild_id):
            session.channel_id = channel_id
            if session.connection is not None:
                self._state.ears.joined(guild_id, session.ssrc, channel_id)

    def set_fault(self, kind: str, *, guild_id: str | None = None, **params: object) -> None:
        """Break something, for one guild or for all.

        lose_frames {count}: the next packets vanish. mute; tone {factor}: what is heard is silence
        or out of tune. delay {ms}: before the websocket opens, or with a guild before it is let in.
        close {code}, drop: at once and once. ValueError names a wrong order.
        """
        if kind == "close":
            code = params.get("code", close_codes.DISCONNECTED)
            if not isinstance(code, int) or not 1000 <= code < 5000:
                raise ValueError(f"the fault close needs a websocket close code; got {code!r}")
            self._state.spawn(self._close(guild_id, code, str(params.get("reason", ""))))
        elif kind == "drop":
            self._abort(guild_id)
        else:
            self._state.faults.set(kind, guild_id, params)

    def clear_faults(self) -> None:
        """Let everything go well again."""
        self._state.faults.clear()

    async def _close(self, guild_id: str | None, code: int, reason: str) -> None:
        closing = []
        for session in self._state.sessions.of_guild(guild_id):
            if session.connection is not None:
                closing.append(session.connection.close(code, reason))
            if not close_codes.is_resumable(code):
                self._state.sessions.end(session)
        await asyncio.gather(*closing)

    def _abort(self, guild_id: str | None) -> None:
        for session in self._state.sessions.of_guild(guild_id):
            if session.connection is not None:
                session.connection.abort()

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        await asyncio.sleep(self._state.faults.delay_s(None))
        connection = VoiceConnection(request, self._state)
        self._open.add(connection)
        try:
            return await connection.run()
        finally:
            self._open.discard(connection)
