"""discord.py itself on the fake gateway: log-in, reconnecting, resuming, lost sessions."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from simulator.faults import Fault
from simulator.process.discord_site import DiscordSite
from simulator.world.time_rules import TimeRules
from tests.simulator.discord_client import PLAY, GatewayClient, RestClient
from tests.simulator.discord_py import discord, point_at

_PATIENCE_S = 20


class Watcher(discord.AutoShardedClient):
    """Notes what it is told and answers interactions; sharded, as the bot is."""

    def __init__(self) -> None:
        intents = discord.Intents.none()
        intents.guilds = intents.voice_states = True
        super().__init__(intents=intents, shard_count=1, guild_ready_timeout=0.05)
        self.told: asyncio.Queue[str] = asyncio.Queue()
        self.heard: list[int] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without discord.py's own five seconds: the fake's window is short here."""

    async def on_ready(self) -> None:
        self.told.put_nowait("ready")

    async def on_resumed(self) -> None:
        self.told.put_nowait("resumed")

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        self.heard.append(interaction.id)
        try:
            await interaction.response.send_message("heard", ephemeral=True)
        except discord.HTTPException:
            self.told.put_nowait("refused")
        else:
            self.told.put_nowait("interaction")

    async def next(self) -> str:
        return await asyncio.wait_for(self.told.get(), _PATIENCE_S)


@pytest.fixture
async def site(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordSite]:
    """Identify windows are short here, as no real time is to pass; discord.py's first back-off too."""
    site = DiscordSite(rules=TimeRules(identify_window=0.0))
    await site.start()
    point_at(site, monkeypatch)
    yield site
    await site.stop()


@pytest.fixture
async def bot(site: DiscordSite) -> AsyncIterator[Watcher]:
    client = Watcher()
    await client.login(site.world.bot_token)
    connected = asyncio.create_task(client.connect())
    assert await client.next() == "ready"
    yield client
    await client.close()
    await connected


async def test_it_becomes_ready_with_its_guild(bot: Watcher, site: DiscordSite) -> None:
    assert [str(guild.id) for guild in bot.guilds] == [site.guild.id]


async def test_it_answers_an_interaction(bot: Watcher, site: DiscordSite) -> None:
    async with RestClient(site) as rest:
        await rest.register(PLAY)
        interaction = await rest.act(name="play", options={"query": "tone"})
        assert await bot.next() == "interaction"
        seen = await rest.seen(interaction)
    assert bot.heard == [int(interaction)]
    assert (seen["content"], seen["ephemeral"]) == ("heard", True)


async def test_a_doubled_interaction_keeps_its_id(bot: Watcher, site: DiscordSite) -> None:
    async with RestClient(site) as rest:
        await rest.register(PLAY)
        interaction = await rest.act(name="play", options={"query": "tone"}, repeat=2)
        assert [await bot.next(), await bot.next()] == ["interaction", "refused"]
    assert bot.heard == [int(interaction)] * 2


@pytest.mark.parametrize(
    ("kind", "params"),
    [("reconnect", {}), ("close", {"code": 4000}), ("drop", {}), ("invalidate", {"resumable": True})],
)
async def test_it_resumes_and_misses_nothing(
    bot: Watcher, site: DiscordSite, kind: str, params: dict[str, Any]
) -> None:
    session = next(iter(site.gateway.hub.sessions))
    async with RestClient(site) as rest:
        await rest.register(PLAY)
        assert await site.gateway.strike(Fault("gateway", kind, params)) == 1
        interaction = await rest.act(name="play", options={"query": "tone"})
        told = {await bot.next(), await bot.next()}
    assert told == {"resumed", "interaction"}
    assert bot.heard == [int(interaction)]
    assert list(site.gateway.hub.sessions) == [session]


async def test_an_invalid_session_makes_it_identify_anew(bot: Watcher, site: DiscordSite) -> None:
    session = next(iter(site.gateway.hub.sessions))
    await site.gateway.strike(Fault("gateway", "invalidate"))
    assert await bot.next() == "ready"
    assert session not in site.gateway.hub.sessions


async def test_closing_the_client_ends_its_session(site: DiscordSite) -> None:
    client = Watcher()
    await client.login(site.world.bot_token)
    connected = asyncio.create_task(client.connect())
    assert await client.next() == "ready"
    session = next(iter(site.gateway.hub.sessions))
    await client.close()
    await connected
    async with GatewayClient(site) as late:
        await late.resume(session, 1)
        assert (await late.op(9))["d"] is False
