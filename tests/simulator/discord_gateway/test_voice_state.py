"""Op 4: joining, moving, leaving, and the silence where the bot may not join."""

from collections.abc import AsyncIterator

import pytest

from simulator.process.discord_site import DiscordSite
from simulator.world.departures import delete_channel
from simulator.world.founding import new_channel
from simulator.world.guilds import ChannelType
from simulator.world.permissions import Permission
from simulator.world.voice_moves import move_member
from tests.simulator.discord_client import GatewayClient


@pytest.fixture
async def bot(discord_site: DiscordSite) -> AsyncIterator[GatewayClient]:
    async with GatewayClient(discord_site) as client:
        await client.identify()
        await client.event("GUILD_CREATE")
        yield client


@pytest.fixture
def closed(discord_site: DiscordSite) -> list[tuple[str, int]]:
    """The voice connections that the world wanted closed."""
    asked: list[tuple[str, int]] = []
    discord_site.world.on_voice_close(lambda guild_id, code: asked.append((guild_id, code)))
    return asked


def _channel(site: DiscordSite, name: str) -> str:
    channel = site.guild.channel_named(name)
    assert channel is not None
    return channel.id


async def _join(bot: GatewayClient, site: DiscordSite, name: str | None) -> None:
    channel_id = _channel(site, name) if name else None
    await bot.send(4, {"guild_id": int(site.guild.id), "channel_id": channel_id, "self_deaf": True})


async def test_joining_answers_with_state_and_server(bot: GatewayClient, discord_site: DiscordSite) -> None:
    await _join(bot, discord_site, "Music")
    state, server = await bot.receive(), await bot.receive()
    admitted = discord_site.world.voice.admitted_channel(
        guild_id=discord_site.guild.id,
        user_id=discord_site.world.bot.id,
        session_id=state["d"]["session_id"],
        token=server["d"]["token"],
    )
    assert (state["t"], server["t"]) == ("VOICE_STATE_UPDATE", "VOICE_SERVER_UPDATE")
    assert state["d"]["self_deaf"] is True
    assert server["d"]["endpoint"] == discord_site.world.voice_endpoint
    assert admitted == state["d"]["channel_id"] == _channel(discord_site, "Music")


async def test_being_moved_gives_a_new_token_and_the_old_one_dies(
    bot: GatewayClient, discord_site: DiscordSite, closed: list[tuple[str, int]]
) -> None:
    await _join(bot, discord_site, "Music")
    first = await bot.event("VOICE_SERVER_UPDATE")
    state = discord_site.world.voice.get(discord_site.guild.id, discord_site.world.bot.id)
    assert state is not None
    move_member(discord_site.world, discord_site.guild, discord_site.world.bot.id, _channel(discord_site, "Lounge"))
    moved, second = await bot.event("VOICE_STATE_UPDATE"), await bot.event("VOICE_SERVER_UPDATE")
    stale = discord_site.world.voice.admitted_channel(
        guild_id=discord_site.guild.id,
        user_id=discord_site.world.bot.id,
        session_id=state.session_id,
        token=first["token"],
    )
    assert moved["channel_id"] == _channel(discord_site, "Lounge")
    assert second["token"] != first["token"]
    assert stale is None
    assert closed == [(discord_site.guild.id, 4014)]


async def test_being_kicked_is_told_and_closes_voice(
    bot: GatewayClient, discord_site: DiscordSite, closed: list[tuple[str, int]]
) -> None:
    await _join(bot, discord_site, "Music")
    await bot.event("VOICE_SERVER_UPDATE")
    move_member(discord_site.world, discord_site.guild, discord_site.world.bot.id, None)
    assert (await bot.event("VOICE_STATE_UPDATE"))["channel_id"] is None
    assert closed == [(discord_site.guild.id, 4014)]


async def test_leaving_is_told(bot: GatewayClient, discord_site: DiscordSite) -> None:
    await _join(bot, discord_site, "Music")
    await bot.event("VOICE_SERVER_UPDATE")
    await _join(bot, discord_site, None)
    assert (await bot.event("VOICE_STATE_UPDATE"))["channel_id"] is None


async def test_a_deleted_channel_empties(bot: GatewayClient, discord_site: DiscordSite) -> None:
    await _join(bot, discord_site, "Music")
    await bot.event("VOICE_SERVER_UPDATE")
    delete_channel(discord_site.world, discord_site.guild, _channel(discord_site, "Music"))
    assert (await bot.event("VOICE_STATE_UPDATE"))["channel_id"] is None
    assert await bot.event("CHANNEL_DELETE")


@pytest.mark.parametrize("how", ["no permission", "full", "text", "unknown"])
async def test_where_it_may_not_join_there_is_no_answer(
    bot: GatewayClient, discord_site: DiscordSite, how: str
) -> None:
    world, guild = discord_site.world, discord_site.guild
    target = _channel(discord_site, "general")
    if how == "no permission":
        denied = int(Permission.CONNECT)
        target = new_channel(world, guild, kind=ChannelType.VOICE, name="Staff", denied_to_everyone=denied).id
    elif how == "full":
        target = new_channel(world, guild, kind=ChannelType.VOICE, name="Tiny", user_limit=1).id
        move_member(world, guild, next(iter(guild.members)), target)
    elif how == "unknown":
        target = "1"
    await bot.send(4, {"guild_id": guild.id, "channel_id": target})
    await bot.send(1, None)
    unanswered = [one for one in await _until_ack(bot) if one == "VOICE_SERVER_UPDATE"]
    assert unanswered == []
    assert world.voice.get(guild.id, world.bot.id) is None


async def test_another_shards_guild_is_not_answered() -> None:
    site = DiscordSite()
    await site.start()
    wrong = 1 - (int(site.guild.id) >> 22) % 2
    async with GatewayClient(site) as bot:
        await bot.identify(shard=[wrong, 2])
        await _join(bot, site, "Music")
        await bot.send(1, None)
        await bot.op(11)
    assert site.world.voice.get(site.guild.id, site.world.bot.id) is None
    await site.stop()


async def test_a_new_session_takes_voice_over_from_an_old_one(
    discord_site: DiscordSite, closed: list[tuple[str, int]]
) -> None:
    site = discord_site
    credentials = []
    for shard_count in (1, 1):
        async with GatewayClient(site) as bot:
            site.gateway.hub.limits.forget()
            await bot.identify(shard=[0, shard_count])
            await _join(bot, site, "Music")
            state, server = await bot.event("VOICE_STATE_UPDATE"), await bot.event("VOICE_SERVER_UPDATE")
            credentials.append((state["session_id"], server["token"]))
            await bot.close(4000)
    assert credentials[0][0] != credentials[1][0]
    assert credentials[0][1] != credentials[1][1]
    assert closed == [(site.guild.id, 4014)]


async def _until_ack(bot: GatewayClient) -> list[str]:
    names = []
    while (payload := await bot.receive())["op"] != 11:
        names.append(payload["t"])
    return names


async def test_a_lost_session_takes_its_voice_with_it(
    bot: GatewayClient, discord_site: DiscordSite, closed: list[tuple[str, int]]
) -> None:
    await _join(bot, discord_site, "Music")
    await bot.event("VOICE_SERVER_UPDATE")
    await bot.close(1000)
    async with GatewayClient(discord_site) as watcher:
        await watcher.op(10)
    assert closed == [(discord_site.guild.id, 4014)]
    assert discord_site.world.voice.get(discord_site.guild.id, discord_site.world.bot.id) is None
