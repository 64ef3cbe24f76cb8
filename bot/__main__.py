"""`python -m bot`: builds the gateway process, runs it, and hands its shards over when it is asked to end."""

from __future__ import annotations

import asyncio
import signal
import uuid

import structlog

from bot.client import GatewayClient, point_at
from bot.discord_clock import DiscordClock
from bot.discord_rest import DiscordAway, DiscordRest
from bot.gateway_socket import GatewayRefused
from bot.health import Health
from bot.identify_turns import IdentifyTurns
from bot.redis_clients import quick
from bot.registration import register
from bot.shard import Shard, Surroundings
from bot.shard_claims import TTL_MS, ShardClaims
from bot.slash.registry import by_name
from bot.spawned import Spawned
from project import logging, settings
from project.celery import app
from project.env import refuse_to_start
from project.wire.leases import Leases

log = structlog.get_logger(__name__)

CLOSE_SECONDS = 2.7
"""An orderly end never takes longer."""


class Gateway:
    """The process: who it is at Discord, the shards it claims, and its port."""

    def __init__(self) -> None:
        self._clock = DiscordClock()
        self._redis = quick(settings.REDIS_URL)
        self._leases = Leases(self._redis, family="shard", holder=f"gateway-{uuid.uuid4()}", ttl_ms=TTL_MS)
        self._turns = IdentifyTurns(self._leases)
        self._client = GatewayClient(shards=settings.DISCORD_SHARDS, clock=self._clock, turns=self._turns)
        self._claims: ShardClaims | None = None
        self._health = Health(settings.LISTEN_HOST, settings.GATEWAY_PORT, self._readiness)
        self._spawned = Spawned()

    async def run(self) -> None:
        """Serve until cancelled; raises GatewayRefused."""
        await self._health.start()
        await self._client.log_in(settings.DISCORD_TOKEN)
        around = await self._surroundings()
        log.info("Logged in", user=str(self._client.user), shards=settings.DISCORD_SHARDS)

        def claimed(number: int) -> Shard:
            if number == 0:
                self._spawned.start(register(around.rest, around.commands), "register slash commands")
            return Shard(number, around)

        self._claims = ShardClaims(self._leases, settings.DISCORD_SHARDS, claimed)
        await self._claims.run()

    async def close(self) -> None:
        """Hand over, in an order that lets the next process go on at once."""
        if self._claims is not None:
            await self._claims.stop()
        await self._spawned.close()
        await self._client.http.close()
        await self._health.close()
        await self._redis.aclose()

    async def _surroundings(self) -> Surroundings:
        rest = DiscordRest(self._client.http, self._client.application_id or 0)
        self._turns.concurrency = await _concurrency(rest)
        return Surroundings(
            app=app,
            client=self._client,
            rest=rest,
            clock=self._clock,
            commands=by_name(),
            redis_url=settings.REDIS_URL,
            slots=settings.SLOTS,
        )

    def _readiness(self) -> dict[str, bool]:
        claims = self._claims
        return {"discord": claims is not None, "redis": claims is not None and claims.redis_seen}


async def _concurrency(rest: DiscordRest) -> int:
    while True:
        try:
            return await rest.identify_concurrency()
        except DiscordAway as error:
            log.warning("Discord does not say how fast shards may start", reason=str(error))
            await asyncio.sleep(1)


async def serve() -> None:
    """Run the gateway until SIGTERM or SIGINT; raises GatewayRefused."""
    gateway = Gateway()
    running = asyncio.create_task(gateway.run(), name="gateway")
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        log.info("Ending: shards are handed over")
    finally:
        await asyncio.wait_for(gateway.close(), CLOSE_SECONDS)


def main() -> None:
    """The entry point."""
    logging.configure("gateway")
    if not settings.DISCORD_TOKEN:
        refuse_to_start("DISCORD_TOKEN is not set. Set it, or DISCORD_TOKEN_FILE to a file that holds it.")
    point_at(settings.DISCORD_API_URL, settings.DISCORD_GATEWAY_URL)
    try:
        asyncio.run(serve())
    except GatewayRefused as refused:
        refuse_to_start(refused.sentence)


if __name__ == "__main__":
    main()
