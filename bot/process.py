"""The gateway process, built from where it is deployed: the one place that picks its parts."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field

import structlog

from bot.cdn import Cdn
from bot.client import GatewayClient, point_at
from bot.discord_clock import DiscordClock
from bot.discord_rest import DiscordAway, DiscordRest
from bot.gateway_socket import GatewayRefused
from bot.health import Health
from bot.identify_turns import IdentifyTurns
from bot.metrics import SHARDS, SHARDS_LOST, SHARDS_WANTED, SOCKET_LATENCY
from bot.pace import BotPace
from bot.patience import Patience
from bot.redis_clients import quick
from bot.registration import register
from bot.shard import Shard
from bot.shard_claims import TTL_MS, ShardClaims
from bot.slash.registry import by_name
from bot.surroundings import Surroundings
from project.celery import app
from project.spawned import Spawned
from project.wire.leases import Leases

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where the gateway runs and what it talks to."""

    token: str = field(repr=False)
    bot_id: int
    """Whose token it must be, since audio workers act under this id, too; 0 leaves it unchecked."""
    api_url: str
    gateway_url: str
    redis_url: str
    shards: int
    slots: int
    listen_host: str
    port: int
    cdn_url: str = "https://cdn.discordapp.com"
    """Where Discord keeps what members attach."""
    search_prefix: str = "scsearch"
    """Under which workers cache what a search found."""
    patience: Patience = field(default_factory=Patience)


class Gateway:
    """The process: who it is at Discord, the shards it claims, and its port."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._clock = DiscordClock()
        self._redis = quick(deployment.redis_url)
        self._leases = Leases(self._redis, family="shard", holder=f"gateway-{uuid.uuid4()}", ttl_ms=TTL_MS)
        self._turns = IdentifyTurns(self._leases)
        self._client = GatewayClient(shards=deployment.shards, clock=self._clock, turns=self._turns)
        self._claims: ShardClaims | None = None
        self.health = Health(deployment.listen_host, deployment.port, self._readiness)
        self._spawned = Spawned()
        self._tell_shards()

    async def run(self) -> None:
        """Serve until cancelled; raises GatewayRefused."""
        deployment = self._deployment
        await self.health.start()
        point_at(deployment.api_url, deployment.gateway_url)
        await self._client.log_in(deployment.token)
        self._check_identity()
        around = await self._surroundings()
        log.info("Logged in", user=str(self._client.user), shards=deployment.shards)

        def claimed(number: int) -> Shard:
            if number == 0:
                self._spawned.start(register(around.rest, around.commands), "register slash commands")
            return Shard(number, around)

        self._claims = ShardClaims(self._leases, deployment.shards, claimed)
        await self._claims.run()

    async def close(self) -> None:
        """Hand over, in an order that lets the next process go on at once."""
        await self.health.close()
        if self._claims is not None:
            await self._claims.stop()
        await self._spawned.close()
        await self._client.http.close()
        await self._redis.aclose()

    def _check_identity(self) -> None:
        """Raises GatewayRefused where the token is another bot's: Lavalink would join voice as somebody else."""
        expected, actual = self._deployment.bot_id, self._client.user and self._client.user.id
        if expected and actual != expected:
            raise GatewayRefused(
                f"DISCORD_BOT_ID is {expected}, but DISCORD_TOKEN belongs to the bot {actual}. Set both for one bot."
            )

    async def _surroundings(self) -> Surroundings:
        user = self._client.user
        rest = DiscordRest(self._client.http, self._client.application_id or 0, user.id if user is not None else 0)
        self._turns.concurrency = await _concurrency(rest)
        return Surroundings(
            app=app,
            client=self._client,
            rest=rest,
            clock=self._clock,
            commands=by_name(),
            redis_url=self._deployment.redis_url,
            slots=self._deployment.slots,
            shards=self._deployment.shards,
            search_prefix=self._deployment.search_prefix,
            cdn=Cdn(self._deployment.cdn_url),
            patience=self._deployment.patience,
            pace=BotPace(self._share),
        )

    def _share(self) -> float:
        """Of the bot's shards; a process that has none has nothing to show."""
        return max(1, len(self._shards())) / self._deployment.shards

    def _shards(self) -> list[Shard]:
        return self._claims.shards if self._claims is not None else []

    def _tell_shards(self) -> None:
        """Whoever asks for metrics is told what is so then."""
        SHARDS_WANTED.set(self._deployment.shards)
        SHARDS.labels("claimed").set_function(lambda: len(self._shards()))
        SHARDS.labels("open").set_function(lambda: sum(shard.open for shard in self._shards()))
        SHARDS_LOST.set_function(lambda: sum(shard.lost for shard in self._shards()))
        SOCKET_LATENCY.set_function(lambda: max((shard.latency for shard in self._shards()), default=0.0))

    def _readiness(self) -> dict[str, bool]:
        claims = self._claims
        lost = [shard.number for shard in self._shards() if shard.lost]
        return {
            "discord": claims is not None,
            "redis": claims is not None and claims.redis_seen,
            **{f"shard {number}": False for number in lost},
        }


async def _concurrency(rest: DiscordRest) -> int:
    while True:
        try:
            return await rest.identify_concurrency()
        except DiscordAway as error:
            log.warning("Discord does not say how fast shards may start", reason=str(error))
            await asyncio.sleep(1)
