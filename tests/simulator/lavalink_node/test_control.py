"""The fake's own addresses: what it was asked, and the troubles a test can order."""

import asyncio
from typing import Any

import pytest

from tests.contract.client import NodeClient

SHORT = 0.3


async def _order(client: NodeClient, **fault: Any) -> dict[str, Any]:
    answer = await client.request("POST", "/_sim/faults", body=fault, headers={"Content-Type": "application/json"})
    assert answer.status == 200, answer.body
    ordered: dict[str, Any] = answer.body
    return ordered


async def test_requests_are_listed_with_ids_but_without_the_voice_token(client: NodeClient) -> None:
    listener = await client.ready()
    voice = {"token": "hush", "endpoint": "127.0.0.1:1", "sessionId": "s"}
    await client.player(listener.session_id, "77", {"voice": voice})
    listed = (await client.request("GET", "/_sim/requests", headers={})).body
    entry = next(one for one in listed if one["method"] == "PATCH")
    assert (entry["session_id"], entry["guild_id"], entry["status"]) == (listener.session_id, "77", 400)
    assert entry["body"] == {"voice": {**voice, "token": "…"}}
    assert "hush" not in str(listed)


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}])
async def test_web_pages_are_not_let_in(client: NodeClient, headers: dict[str, str]) -> None:
    answer = await client.request("GET", "/_sim/requests", headers=headers)
    assert answer.status == 403


async def test_a_status_fault_strikes_as_often_as_ordered(client: NodeClient) -> None:
    await _order(client, kind="status", code=503, count=2, path="/v4/info")
    statuses = [(await client.request("GET", "/v4/info")).status for _ in range(3)]
    assert statuses == [503, 503, 200]


async def test_a_hanging_path_answers_once_all_is_cleared(client: NodeClient) -> None:
    await _order(client, kind="hang", path="/v4/stats")
    waiting = asyncio.create_task(client.request("GET", "/v4/stats"))
    other = await client.request("GET", "/v4/info")
    assert other.status == 200
    assert not waiting.done()
    await client.request("DELETE", "/_sim/faults", headers={})
    assert (await waiting).status == 200


async def test_a_delay_is_waited_out(client: NodeClient) -> None:
    await _order(client, kind="delay", ms=60_000, path="/version")
    assert (await client.request("GET", "/version", patience=SHORT)).status == 0


async def test_a_drop_resets_every_websocket(client: NodeClient) -> None:
    listener = await client.ready()
    assert await _order(client, kind="drop") == {"dropped": 1}
    assert await listener.closed() == 1006


async def test_a_close_gives_its_code(client: NodeClient) -> None:
    listener = await client.ready()
    assert await _order(client, kind="close", code=4000) == {"closed": 1}
    assert await listener.closed() == 4000


@pytest.mark.parametrize("fault", [{"kind": "nonsense"}, {"kind": "tone"}, {"kind": "delay", "ms": "long"}, {}])
async def test_wrong_orders_are_explained(client: NodeClient, fault: dict[str, Any]) -> None:
    answer = await client.request("POST", "/_sim/faults", body=fault, headers={"Content-Type": "application/json"})
    assert answer.status == 400
    assert answer.body["error"].startswith("not a fault order")


async def test_sessions_are_listed_without_credentials(client: NodeClient) -> None:
    listener = await client.ready()
    await client.player(listener.session_id, "5", {"volume": 40})
    listed = (await client.request("GET", "/_sim/sessions", headers={})).body
    assert [(one["id"], one["open"], one["resuming"]) for one in listed] == [(listener.session_id, True, False)]
    assert [(one["guildId"], one["volume"], one["voice"]) for one in listed[0]["players"]] == [("5", 40, None)]
