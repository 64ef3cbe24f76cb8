"""What the gateway closes a connection for, and identifies that come too early."""

from typing import Any

import pytest

from simulator.process.discord_site import DiscordSite
from tests.simulator.discord_client import INTENTS, GatewayClient, ManualClock


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        (2, {"token": "stolen", "intents": INTENTS}, 4004),
        (6, {"token": "stolen", "session_id": "x", "seq": 1}, 4004),
        (2, {"token": "sandbox.token.segue", "intents": INTENTS, "shard": [2, 2]}, 4010),
        (2, {"token": "sandbox.token.segue", "intents": 1 << 30}, 4013),
        (2, {"token": "sandbox.token.segue"}, 4013),
        (2, {"token": "sandbox.token.segue", "intents": 1 << 15}, 4014),
        (4, {"guild_id": "1", "channel_id": None}, 4003),
        (2, "nonsense", 4002),
    ],
)
async def test_it_closes_with_discords_code(discord_site: DiscordSite, op: int, data: Any, code: int) -> None:
    async with GatewayClient(discord_site) as client:
        await client.send(op, data)
        assert await client.closed_with() == code


async def test_identifying_twice_is_refused(discord_site: DiscordSite) -> None:
    async with GatewayClient(discord_site) as client:
        await client.identify()
        await client.send_identify()
        assert await client.closed_with() == 4005


async def test_an_unknown_opcode_is_refused(discord_site: DiscordSite) -> None:
    async with GatewayClient(discord_site) as client:
        await client.identify()
        await client.send(99, {})
        assert await client.closed_with() == 4001


async def test_what_is_no_json_is_refused(discord_site: DiscordSite) -> None:
    async with GatewayClient(discord_site) as client:
        await client.socket.send_str("{")
        assert await client.closed_with() == 4002


async def test_more_than_120_commands_a_minute_are_refused(discord_site: DiscordSite) -> None:
    async with GatewayClient(discord_site) as client:
        await client.identify()
        for _ in range(119):
            await client.send(3, {"status": "online", "since": None, "activities": [], "afk": False})
        await client.send(1, None)
        assert await client.op(11)
        await client.send(3, {"status": "idle", "since": None, "activities": [], "afk": False})
        assert await client.closed_with() == 4008


async def test_a_second_identify_within_five_seconds_is_put_off() -> None:
    clock = ManualClock()
    site = DiscordSite(clock=clock, max_concurrency=2)
    await site.start()
    async with GatewayClient(site) as one, GatewayClient(site) as two, GatewayClient(site) as three:
        await one.identify(shard=[0, 4])
        await two.identify(shard=[1, 4])
        await three.send_identify(shard=[2, 4])
        put_off = await three.op(9)
        clock.now += 5
        ready = await three.identify(shard=[2, 4])
    assert put_off["d"] is False
    assert ready["shard"] == [2, 4]
    assert [(v["shard"], v["bucket"]) for v in site.gateway.hub.limits.violations] == [(2, 0)]
    await site.stop()
