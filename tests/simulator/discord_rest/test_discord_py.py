"""discord.py itself against the fake REST API."""

import time
from collections.abc import AsyncIterator

import pytest

from simulator.discord_rest.rate_limits import Allowance, RateLimits
from simulator.process.discord_site import DiscordSite
from tests.simulator.discord_client import RestClient
from tests.simulator.discord_py import discord, point_at

_POST = "POST /channels/{channel_id}/messages"


@pytest.fixture
async def site() -> AsyncIterator[DiscordSite]:
    """Messages are limited to two per 0.4 s, so that meeting the limit takes no time."""
    site = DiscordSite(limits=RateLimits(time.time, allowances={_POST: Allowance(2, 0.4)}))
    await site.start()
    yield site
    await site.stop()


@pytest.fixture
async def client(site: DiscordSite, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[discord.Client]:
    point_at(site, monkeypatch)
    async with discord.Client(intents=discord.Intents.none()) as client:
        yield client


async def test_it_logs_in(client: discord.Client, site: DiscordSite) -> None:
    await client.login(site.world.bot_token)
    assert client.user is not None
    assert str(client.user.id) == site.world.bot.id


async def test_it_understands_a_refused_token(client: discord.Client) -> None:
    with pytest.raises(discord.LoginFailure):
        await client.login("stolen")


async def test_it_waits_out_rate_limits(client: discord.Client, site: DiscordSite) -> None:
    await client.login(site.world.bot_token)
    channel = site.guild.channel_named("general")
    assert channel is not None
    target = client.get_partial_messageable(int(channel.id))
    for number in range(5):
        await target.send(f"line {number}")
    contents = [message.content for message in site.world.messages.newest(channel.id)]
    assert contents == [f"line {number}" for number in range(4, -1, -1)]


async def test_it_retries_after_a_429_it_did_not_foresee(client: discord.Client, site: DiscordSite) -> None:
    await client.login(site.world.bot_token)
    channel = site.guild.channel_named("general")
    assert channel is not None
    path = f"/channels/{channel.id}/messages"
    async with RestClient(site) as another:
        for _ in range(2):
            await another("POST", path, {"content": "from another process"})
    site.rest.log.clear()
    await client.get_partial_messageable(int(channel.id)).send("late")
    statuses = [one["status"] for one in site.rest.log.all() if one["path"].endswith(path)]
    assert statuses == [429, 200]


async def test_it_reads_field_errors(client: discord.Client, site: DiscordSite) -> None:
    await client.login(site.world.bot_token)
    channel = site.guild.channel_named("general")
    assert channel is not None
    with pytest.raises(discord.HTTPException, match="Must be 2000 or fewer in length") as refused:
        await client.get_partial_messageable(int(channel.id)).send("c" * 2001)
    assert refused.value.code == 50035
