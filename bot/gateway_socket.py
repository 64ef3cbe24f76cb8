"""One shard's socket to Discord's gateway: connects, resumes where it can, and comes back by itself."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

from bot.gateway_session import GatewaySession

log = structlog.get_logger(__name__)

HANDOVER_CODE = 4000
"""Keeps the gateway session; discord.py's own `Client.close()` sends 1000, which ends it (TRAPS 27)."""
CONNECT_SECONDS = 60.0
RESUME_TRIES = 2
"""Failures at a session's own address before the common one is asked: the address may be gone for good."""

_CLOSED_FOR_GOOD = {
    4004: "Discord refuses DISCORD_TOKEN. Copy the bot's token from the developer portal again.",
    4010: "Discord does not know this shard. DISCORD_SHARDS must be the same everywhere and not too small.",
    4011: "Discord wants more shards for this bot. Raise DISCORD_SHARDS in all processes.",
    4012: "Discord no longer speaks the gateway version of this release. Upgrade Segue.",
    4013: "Discord does not know the intents that this release asks for. Upgrade Segue.",
    4014: "Discord does not allow this bot the intents it asks for. Allow them in the developer portal.",
}

Parsers = Mapping[str, Callable[[dict[str, Any]], None]]


class GatewayRefused(Exception):
    """Discord closed the socket for a reason that no retry mends; `sentence` tells the operator."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class ShardWebSocket(DiscordWebSocket):
    """discord.py's socket, with two mends."""

    async def send_heartbeat(self, data: Any) -> None:
        """Note when it is sent. discord.py's thread does so when it runs again, under load after the answer: the
        latency was one whole heartbeat interval then (41.3 s), in the log and in /ping."""
        if self._keep_alive is not None:
            self._keep_alive._last_send = time.perf_counter()
        await super().send_heartbeat(data)

    async def identify(self) -> None:
        """Wait for our turn, then send IDENTIFY. If it is given up, the socket is closed, else its thread lives on."""
        try:
            await super().identify()
        except asyncio.CancelledError:
            await self.close(HANDOVER_CODE)
            raise


class GatewaySocket:
    """Calls `parsers` with the raw data of the events they name; everything else is ignored."""

    def __init__(self, client: discord.Client, shard: int, session: GatewaySession, parsers: Parsers) -> None:
        self._client = client
        self._shard = shard
        self._session = session
        self._parsers = parsers
        self._ws: DiscordWebSocket | None = None
        self._ready = asyncio.Event()
        self._failures = 0
        self._away_since: float | None = None
        self._log = log.bind(shard=shard)

    @property
    def sequence(self) -> int | None:
        """Number of the newest event."""
        return self._ws.sequence if self._ws else None

    def away_seconds(self) -> float:
        """For how long the session is lost and cannot be had again; 0 while it is open or begins for the first time."""
        return 0.0 if self._away_since is None else time.monotonic() - self._away_since

    @property
    def latency(self) -> float | None:
        """Seconds from the last heartbeat to its acknowledgement; None before the first."""
        seconds = self._ws.latency if self._ws else math.inf
        return seconds if math.isfinite(seconds) else None

    @property
    def ready(self) -> bool:
        """Whether the session is open or resumed."""
        return self._ready.is_set()

    async def run(self) -> None:
        """Stay connected until cancelled; raises GatewayRefused when Discord will not have this bot."""
        while True:
            try:
                self._ws = await asyncio.wait_for(self._connected(), CONNECT_SECONDS)
                while True:
                    await self._ws.poll_event()
            except ReconnectWebSocket as error:
                await self._reconnecting(error.resume)
            except discord.ConnectionClosed as error:
                if error.code in _CLOSED_FOR_GOOD:
                    raise GatewayRefused(_CLOSED_FOR_GOOD[error.code]) from error
                await self._reconnecting(resume=False)
            except (OSError, aiohttp.ClientError, TimeoutError, discord.HTTPException) as error:
                self._log.warning("The gateway cannot be reached", reason=f"{type(error).__name__}: {error}")
                await self._reconnecting(resume=True)

    async def send_voice_state(self, guild_id: int, channel_id: int | None) -> None:
        """Op 4, deafened; waits until the shard is connected and for its send limit."""
        while True:
            await self._ready.wait()
            socket = self._ws
            if socket is None:
                continue
            try:
                await socket.voice_state(guild_id, channel_id, self_mute=False, self_deaf=True)
                return
            except (OSError, aiohttp.ClientError, discord.ConnectionClosed) as error:
                self._log.warning("Op 4 waits for a new socket", guild_id=guild_id, reason=str(error))
                await asyncio.sleep(0.1)

    def opened(self, data: Mapping[str, Any]) -> None:
        """READY came: a new session."""
        self._session.opened(data["session_id"], data["resume_gateway_url"])
        self._session.seen(self.sequence)
        self._connected_again()

    def resumed(self) -> None:
        """RESUMED came: all missed events were delivered."""
        self._connected_again()

    async def close(self) -> None:
        """Leave the socket in a way that lets another process RESUME."""
        self._ready.clear()
        if self._ws is not None:
            await self._ws.close(HANDOVER_CODE)

    async def _connected(self) -> DiscordWebSocket:
        point = self._session.newest()
        if point is None:
            socket = await ShardWebSocket.from_client(self._client, shard_id=self._shard, initial=True)
        else:
            socket = await ShardWebSocket.from_client(
                self._client,
                gateway=self._resume_gateway(point.resume_url),
                shard_id=self._shard,
                session=point.session_id,
                sequence=point.sequence,
                resume=True,
            )
        socket._discord_parsers = dict(self._parsers)
        return socket

    def _resume_gateway(self, resume_url: str) -> yarl.URL:
        """Where the session lives; after some failures the common address, which knows it or says that it is gone."""
        return yarl.URL(resume_url) if self._failures < RESUME_TRIES else DiscordWebSocket.DEFAULT_GATEWAY

    def _connected_again(self) -> None:
        self._failures = 0
        self._away_since = None
        self._ready.set()

    async def _reconnecting(self, resume: bool) -> None:
        """Wait before the next attempt: the first is at once, later ones come ever more slowly."""
        self._ready.clear()
        self._away_since = self._away_since or time.monotonic()
        self._session.seen(self.sequence)
        if not resume:
            self._log.warning("The gateway session is lost")
            self._session.forget()
        pause = 0.05 if self._failures == 0 else min(30.0, 2.0**self._failures) * random.uniform(0.5, 1)
        self._failures += 1
        await asyncio.sleep(pause)
