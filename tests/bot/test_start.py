"""How the process begins and ends: one sentence for what is wrong, and no trace afterwards."""

from __future__ import annotations

import asyncio
import signal
import socket
from pathlib import Path

import aiohttp
import pytest
import redis.asyncio
from prometheus_client import REGISTRY

from bot.patience import Patience
from bot.process import Gateway
from tests.bot.gateway_process import GatewayProcess, gateway_process
from tests.bot.sandbox import AudioEnd, Town, connected, deployment, eventually, running
from tests.ports import free_port
from tests.redis_server import start_redis


async def status(port: int, path: str) -> int | None:
    """The HTTP status of the process's own port; None while it does not listen."""
    try:
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}{path}") as answer:
            return answer.status
    except aiohttp.ClientError:
        return None


async def is_ready(process: GatewayProcess) -> bool:
    """Whether /ready says so."""
    return await status(process.port, "/ready") == 200


async def test_without_a_token_it_says_so_and_ends_with_2(redis_url: str) -> None:
    async with gateway_process(None, redis_url, DISCORD_TOKEN="") as process:
        assert await process.ended() == 2
    assert process.stderr.startswith("segue: DISCORD_TOKEN is not set.")
    assert process.stderr.count("\n") == 1


async def test_a_refused_token_ends_with_2(town: Town, redis_url: str) -> None:
    async with gateway_process(town.site, redis_url, DISCORD_TOKEN="wrong.token") as process:
        assert await process.ended() == 2
    assert process.stderr.startswith("segue: Discord refuses DISCORD_TOKEN.")
    assert process.stderr.count("\n") == 1


async def test_a_token_of_another_bot_than_the_configured_one_is_refused_with_both_ids(
    town: Town, redis_url: str
) -> None:
    async with gateway_process(town.site, redis_url, DISCORD_BOT_ID="42") as process:
        assert await process.ended() == 2
    assert process.stderr.startswith("segue: DISCORD_BOT_ID is 42, ")
    assert f"belongs to the bot {town.cast.bot}." in process.stderr
    assert process.stderr.count("\n") == 1


async def test_a_taken_port_is_named(town: Town, redis_url: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with gateway_process(town.site, redis_url, GATEWAY_PORT=str(port)) as process:
            assert await process.ended() == 2
    assert f"Port {port} on 127.0.0.1 cannot be used" in process.stderr


async def test_it_waits_for_redis_says_so_and_goes_on(town: Town, tmp_path: Path) -> None:
    port = free_port()
    async with gateway_process(town.site, f"redis://127.0.0.1:{port}/0") as process:

        async def complained() -> bool:
            return any(line["event"].startswith("Redis does not answer") for line in process.lines)

        await eventually(complained)
        assert await status(process.port, "/health") == 200
        assert await status(process.port, "/ready") == 503
        server = await asyncio.to_thread(start_redis, port, tmp_path)
        try:
            await connected(town.site)
            await eventually(lambda: is_ready(process))
        finally:
            await process.kill()
            server.kill()
            server.wait()


async def test_sigterm_hands_over_and_ends_clean(
    town: Town, redis_url: str, store: redis.asyncio.Redis, audio: AudioEnd
) -> None:
    async with gateway_process(town.site, redis_url) as process:
        await connected(town.site)
        await town.type("skip")
        await audio.command()
        process.process.send_signal(signal.SIGTERM)
        assert await process.ended() == 0
    assert process.stderr == ""
    assert [line for line in process.lines if line["level"] in ("error", "critical")] == []
    assert len(process.logged("INTERACTION_CREATE")) == 1
    saved = await store.hgetall("shard:0:session")
    assert int(saved[b"sequence"]) > 1
    assert await store.exists("lease:shard:0") == 0
    (session,) = town.site.gateway.hub.describe()
    assert not session["connected"]


@pytest.mark.usefixtures("store")
async def test_disallowed_intents_end_the_process_with_a_sentence(town: Town, redis_url: str) -> None:
    async with gateway_process(town.site, redis_url) as process:
        await connected(town.site)
        await town.ask("POST", "/faults", target="gateway", kind="close", code=4014)
        assert await process.ended() == 2
    assert "does not allow this bot the intents" in process.stderr
    assert process.stderr.count("\n") == 1


async def test_a_session_that_is_out_of_reach_for_long_makes_it_not_ready_until_it_is_back(
    town: Town, redis_url: str
) -> None:
    patience = Patience(defer=0.3, away=0.2)
    where = deployment(town.site, redis_url, patience=patience)
    town.site.world.gateway_url = "ws://127.0.0.1:9/"  # told at READY, for later
    async with running(where) as gateway:
        await connected(town.site)
        assert await status(gateway.health.port, "/ready") == 200
        await town.ask("POST", "/faults", target="gateway", kind="drop")
        await eventually(lambda: has_status(gateway, 503))
        assert REGISTRY.get_sample_value("gateway_shards_lost") == 1
        await eventually(lambda: has_status(gateway, 200))
        assert REGISTRY.get_sample_value("gateway_shards_lost") == 0


async def has_status(gateway: Gateway, wanted: int) -> bool:
    """Whether /ready answers so."""
    return await status(gateway.health.port, "/ready") == wanted
