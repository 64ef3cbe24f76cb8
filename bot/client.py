"""discord.py reduced to what we need: its HTTP client with rate limits, its sockets, and nothing it would remember."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import SimpleNamespace

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.call_counts import count_call
from bot.discord_clock import DiscordClock
from bot.discord_rest import NO_RETRIES, ServerFault
from bot.gateway_socket import GatewayRefused
from bot.identify_turns import IdentifyTurns
from bot.quiet_urls import keep_tokens_out_of_the_log

log = structlog.get_logger(__name__)

_LOGIN_RETRY_SECONDS = 3.0
_SWEEP_SECONDS = 10.0


def point_at(api_url: str, gateway_url: str) -> None:
    """Send all requests to these addresses; they differ from Discord's own only in the sandbox."""
    keep_tokens_out_of_the_log()
    Route.BASE = api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)


class GatewayClient(discord.AutoShardedClient):
    """Shards are run by GatewaySocket, each on its own: `connect` reconnects one at a time and fixes their number."""

    def __init__(self, *, shards: int, clock: DiscordClock, turns: IdentifyTurns) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # sound is Lavalink's, not ours
        intents = discord.Intents.none()
        intents.guilds = True
        intents.voice_states = True
        super().__init__(
            intents=intents,
            shard_count=shards,
            shard_ids=[],
            chunk_guilds_at_startup=False,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            http_trace=_answer_trace(clock),
        )
        self._connection.shard_count = shards
        sweep = self.http._try_clear_expired_ratelimits
        self.http._try_clear_expired_ratelimits = seldom(sweep)  # type: ignore[method-assign] # no other way in
        self._turns = turns

    async def log_in(self, token: str) -> None:
        """Check the token and learn who we are; waits while Discord is away. Raises GatewayRefused."""
        while True:
            try:
                await self.login(token)
                return
            except discord.LoginFailure as error:
                raise GatewayRefused(
                    "Discord refuses DISCORD_TOKEN. Copy the bot's token from the developer portal again."
                ) from error
            except (discord.HTTPException, OSError, aiohttp.ClientError, TimeoutError) as error:
                log.warning("Discord does not answer, trying again", reason=f"{type(error).__name__}: {error}")
            await self.http.close()
            self.http.clear()
            self.http.connector = discord.utils.MISSING
            await asyncio.sleep(_LOGIN_RETRY_SECONDS)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait until no other shard of the bucket has identified within 5 s, in whichever process."""
        await self._turns.wait(shard_id or 0)


def seldom(sweep: Callable[[], None]) -> Callable[[], None]:
    """Every interaction has a rate limit of its own, kept for 300 s, and at each new one discord.py looks through all:
    15 ms of the loop at 100 interactions a second, which is more than there is."""
    due = 0.0

    def swept_seldom() -> None:
        nonlocal due
        if (now := time.monotonic()) >= due:
            due = now + _SWEEP_SECONDS
            sweep()

    return swept_seldom


def _answer_trace(clock: DiscordClock) -> aiohttp.TraceConfig:
    """Shows the clock every answer's Date header, and raises ServerFault at once where discord.py would sleep.

    discord.py itself tries a 5xx again after 1, 3, 5 and 7 s: too late for a first response, and whoever calls
    DiscordRest has a better idea of when to ask again.
    """
    trace = aiohttp.TraceConfig()

    async def began(_session: object, context: SimpleNamespace, _params: object) -> None:
        context.sent = time.monotonic()

    async def ended(_session: object, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams) -> None:
        if date := params.response.headers.get("Date"):
            clock.seen(date, sent=context.sent)
        answer = params.response
        count_call(params.url.path, answer.status, answer.headers, time.monotonic() - context.sent)
        if context.trace_request_ctx is NO_RETRIES and params.response.status >= 500:
            params.response.close()
            raise ServerFault(params.response.status)

    trace.on_request_start.append(began)
    trace.on_request_end.append(ended)
    return trace
