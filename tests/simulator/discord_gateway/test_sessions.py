"""Opening a session, losing its socket, taking it up again."""

import aiohttp
import pytest

from simulator.faults import Fault
from simulator.process.discord_site import DiscordSite
from simulator.world.departures import remove_bot
from simulator.world.founding import NewGuild, found_guild
from simulator.world.time_rules import TimeRules
from simulator.world.voice_moves import move_member
from tests.simulator.discord_client import GatewayClient, ManualClock


def _move(site: DiscordSite, name: str, channel: str | None) -> str:
    guild = site.guild
    user_id = next(m.user.id for m in guild.members.values() if m.user.global_name == name)
    found = guild.channel_named(channel) if channel else None
    move_member(site.world, guild, user_id, found.id if found else None)
    return user_id


async def test_hello_then_ready_then_each_guild(discord_site: DiscordSite) -> None:
    async with GatewayClient(discord_site) as client:
        hello = await client.receive()
        ready = await client.identify()
        created = await client.event("GUILD_CREATE")
    assert hello == {"op": 10, "d": {"heartbeat_interval": 41_250}}
    assert ready["guilds"] == [{"id": discord_site.guild.id, "unavailable": True}]
    assert ready["shard"] == [0, 1]
    assert (created["id"], created["voice_states"]) == (discord_site.guild.id, [])


async def test_guild_create_tells_who_is_in_voice(discord_site: DiscordSite) -> None:
    alice = _move(discord_site, "Alice", "Music")
    async with GatewayClient(discord_site) as client:
        await client.identify()
        created = await client.event("GUILD_CREATE")
    assert [state["user_id"] for state in created["voice_states"]] == [alice]


async def test_heartbeats_are_acknowledged(discord_site: DiscordSite) -> None:
    async with GatewayClient(discord_site) as client:
        await client.send(1, None)
        assert await client.op(11)


async def test_what_was_missed_is_replayed_once_and_in_order(discord_site: DiscordSite) -> None:
    async with GatewayClient(discord_site) as client:
        ready = await client.identify()
        await client.event("GUILD_CREATE")
        await client.close(4000)
    for channel in ("Music", "Lounge", None):
        _move(discord_site, "Bob", channel)
    async with GatewayClient(discord_site) as client:
        await client.op(10)
        await client.resume(ready["session_id"], 2)
        events = [await client.receive() for _ in range(4)]
    names = [event["t"] for event in events]
    assert names == ["VOICE_STATE_UPDATE"] * 3 + ["RESUMED"]
    assert [event["s"] for event in events] == [3, 4, 5, 6]


async def test_a_cut_connection_can_be_resumed(discord_site: DiscordSite) -> None:
    async with GatewayClient(discord_site) as client:
        ready = await client.identify()
        await discord_site.gateway.strike(Fault("gateway", "drop"))
        assert await client.closed_with() == aiohttp.WSCloseCode.ABNORMAL_CLOSURE
    async with GatewayClient(discord_site) as client:
        await client.resume(ready["session_id"], 1)
        assert await client.event("RESUMED")


@pytest.mark.parametrize("code", [1000, 1001])
async def test_a_normal_close_ends_the_session(discord_site: DiscordSite, code: int) -> None:
    async with GatewayClient(discord_site) as client:
        ready = await client.identify()
        await client.close(code)
    async with GatewayClient(discord_site) as client:
        await client.resume(ready["session_id"], 1)
        assert (await client.op(9))["d"] is False


@pytest.mark.parametrize("sequence", [99, -1])
async def test_a_sequence_never_sent_cannot_be_resumed(discord_site: DiscordSite, sequence: int) -> None:
    async with GatewayClient(discord_site) as client:
        ready = await client.identify()
        await client.close(4000)
    async with GatewayClient(discord_site) as client:
        await client.resume(ready["session_id"], sequence)
        assert (await client.op(9))["d"] is False


async def test_an_abandoned_session_is_forgotten_and_leaves_voice() -> None:
    clock = ManualClock()
    site = DiscordSite(clock=clock, rules=TimeRules(session_kept=60))
    await site.start()
    music = site.guild.channel_named("Music")
    assert music is not None
    async with GatewayClient(site) as client:
        ready = await client.identify()
        await client.send(4, {"guild_id": site.guild.id, "channel_id": music.id})
        await client.event("VOICE_SERVER_UPDATE")
        await client.close(4000)
    clock.now += 61
    async with GatewayClient(site) as client:
        await client.resume(ready["session_id"], 1)
        assert (await client.op(9))["d"] is False
    assert site.world.voice.get(site.guild.id, site.world.bot.id) is None
    await site.stop()


async def test_shards_hear_of_their_own_guilds_only() -> None:
    discord_site = DiscordSite(max_concurrency=2)
    await discord_site.start()
    world, first = discord_site.world, discord_site.guild
    mine = (int(first.id) >> 22) % 2
    other_id = str((((int(first.id) >> 22) + 1) << 22) + 1)
    found_guild(world, NewGuild(name="Other", guild_id=other_id))
    async with GatewayClient(discord_site) as one, GatewayClient(discord_site) as two:
        seen_by_one = await one.identify(shard=[mine, 2])
        seen_by_two = await two.identify(shard=[1 - mine, 2])
        await two.event("GUILD_CREATE")
        _move(discord_site, "Alice", "Music")
        remove_bot(world, world.guilds[other_id])
        assert (await one.event("VOICE_STATE_UPDATE"))["guild_id"] == first.id
        assert (await two.receive())["t"] == "GUILD_DELETE"
    assert [g["id"] for g in seen_by_one["guilds"]] == [first.id]
    assert [g["id"] for g in seen_by_two["guilds"]] == [other_id]
    await discord_site.stop()


async def test_without_the_intent_voice_states_stay_away(discord_site: DiscordSite) -> None:
    async with GatewayClient(discord_site) as client:
        await client.identify(intents=1)
        await client.event("GUILD_CREATE")
        _move(discord_site, "Alice", "Music")
        remove_bot(discord_site.world, discord_site.guild)
        assert (await client.receive())["t"] == "GUILD_DELETE"


async def test_the_zlib_stream_is_one_context_per_connection(discord_site: DiscordSite) -> None:
    async with GatewayClient(discord_site, compress="zlib-stream") as client:
        assert (await client.op(10))["d"]["heartbeat_interval"]
        await client.identify()
        await client.event("GUILD_CREATE")
        _move(discord_site, "Alice", "Music")
        assert await client.event("VOICE_STATE_UPDATE")


async def test_zstd_is_answered_with_text(discord_site: DiscordSite) -> None:
    async with GatewayClient(discord_site, compress="zstd-stream") as client:
        assert (await client.receive())["op"] == 10


async def test_an_unknown_compression_is_refused(discord_site: DiscordSite) -> None:
    async with GatewayClient(discord_site, compress="brotli") as client:
        assert await client.closed_with() == 4012


async def test_a_silent_client_times_out() -> None:
    site = DiscordSite(rules=TimeRules(heartbeat_interval_ms=60, heartbeat_grace=1.5))
    await site.start()
    async with GatewayClient(site) as client:
        assert await client.closed_with() == 4009
    await site.stop()
