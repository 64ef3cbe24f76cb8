"""Fixtures: the simulator's Discord, a Redis, and a gateway between them."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator

import aiohttp
import pytest
import redis.asyncio

with warnings.catch_warnings():  # discord.py imports audioop, which warns: not ours to mend
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord  # noqa: F401

from bot.process import Gateway
from simulator.process.discord_site import DiscordSite
from tests.bot.sandbox import AudioEnd, Town, connected, deployment, running, season


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    """Discord with one guild."""
    site = DiscordSite()
    await site.start()
    async with aiohttp.ClientSession() as http:
        yield Town(site, http)
    await site.stop()


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    """The tests' own connection to an empty Redis that has known leases for long."""
    client = redis.asyncio.Redis.from_url(redis_url, socket_timeout=None)
    await season(client)
    yield client
    await client.aclose()


@pytest.fixture
async def gateway(town: Town, store: redis.asyncio.Redis, redis_url: str) -> AsyncIterator[Gateway]:
    """A gateway that is connected; it defers after 0.3 s."""
    async with running(deployment(town.site, redis_url)) as process:
        await connected(town.site)
        yield process


@pytest.fixture
def audio(store: redis.asyncio.Redis, town: Town) -> AudioEnd:
    """The audio worker's end of the first guild."""
    return AudioEnd(store, town.cast.guild)
