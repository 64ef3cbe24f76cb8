"""Faults strike where they are asked for, as often as asked, and can be taken back."""

from typing import Any

import aiohttp
import pytest

from tests.simulator.discord_client import GatewayClient, RestClient


async def _fault(rest: RestClient, **order: Any) -> Any:
    reply = await rest.control("POST", "/faults", order)
    assert reply.status == 200, reply.data
    return reply.data


async def test_a_status_strikes_as_often_as_counted(rest: RestClient) -> None:
    await _fault(rest, target="rest", kind="status", status=503, count=2, path="/users/@me")
    statuses = [(await rest("GET", "/users/@me")).status for _ in range(3)]
    assert statuses == [503, 503, 200]


async def test_a_fault_meets_its_path_only_until_cleared(rest: RestClient) -> None:
    await _fault(rest, target="rest", kind="status", status=429, path="/users", retry_after=0.1)
    struck = await rest("GET", "/users/@me")
    spared = await rest("GET", "/gateway")
    await rest.control("DELETE", "/faults")
    assert (struck.status, struck.data["retry_after"], spared.status) == (429, 0.1, 200)
    assert (await rest("GET", "/users/@me")).status == 200


async def test_a_dropped_request_gets_no_answer(rest: RestClient) -> None:
    await _fault(rest, target="rest", kind="drop", count=1)
    with pytest.raises(aiohttp.ClientError):
        await rest("POST", f"/channels/{rest.text_channel}/messages", {"content": "x"})
    assert rest.site.world.messages.newest(rest.text_channel) == []


async def test_the_gateway_asks_to_reconnect(rest: RestClient) -> None:
    async with GatewayClient(rest.site) as bot:
        await bot.identify()
        assert await _fault(rest, target="gateway", kind="reconnect", shard=0) == {
            "target": "gateway",
            "kind": "reconnect",
            "struck": 1,
        }
        assert await bot.op(7)
        assert (await _fault(rest, target="gateway", kind="close", shard=5))["struck"] == 0
        await _fault(rest, target="gateway", kind="close", code=4000)
        assert await bot.closed_with() == 4000


async def test_a_delayed_gateway_keeps_the_order(rest: RestClient) -> None:
    await _fault(rest, target="gateway", kind="delay", ms=5, count=3)
    async with GatewayClient(rest.site) as bot:
        names = [(await bot.receive()).get("t")]
        await bot.send_identify()
        names += [(await bot.receive())["t"] for _ in range(2)]
    assert names == [None, "READY", "GUILD_CREATE"]
    assert (await rest.control("GET", "/faults")).data == []


async def test_standing_faults_are_listed(rest: RestClient) -> None:
    await _fault(rest, target="rest", kind="delay", ms=1, count=5)
    listed = await rest.control("GET", "/faults")
    assert listed.data == [{"target": "rest", "kind": "delay", "left": 5, "ms": 1, "count": 5}]


@pytest.mark.parametrize(
    ("order", "status", "sentence"),
    [
        (
            {"target": "moon", "kind": "drop"},
            400,
            "The target is one of gateway, node, rest, stripe, stripe_webhook, voice.",
        ),
        ({"target": "rest", "kind": "tone"}, 400, "knows the kinds delay, drop, status, not 'tone'"),
        ({"target": "node", "kind": "kill"}, 409, "runs no Lavalink nodes"),
        ({"target": "voice", "kind": "mute"}, 409, "runs no voice server"),
    ],
)
async def test_an_impossible_fault_gets_one_sentence(
    rest: RestClient, order: dict[str, Any], status: int, sentence: str
) -> None:
    reply = await rest.control("POST", "/faults", order)
    assert reply.status == status
    assert sentence in reply.data["error"]
