"""A node that plays by the clock alone: what its clients hear of it is as true as from one with sound."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from simulator.catalogue import Catalogue
from simulator.lavalink_node.node import Node
from simulator.lavalink_node.routes import serve
from simulator.lavalink_node.settings import NodeSettings
from tests.contract.client import Listener, NodeClient

GUILD = "5"
VOICE = {"token": "hush", "endpoint": "nobody.example:1", "sessionId": "s", "channelId": "7"}
LONG = "https://music.segue.example/track/440-hz-test-tone"
LENGTH_MS = 180_000


@pytest.fixture
async def client(catalogue: Catalogue) -> AsyncIterator[NodeClient]:
    settings = NodeSettings(password="secret", catalogue=catalogue.folder, clocked=True, player_update_every=0.1)
    runner, port = await serve(Node(settings), "127.0.0.1", 0)
    client = NodeClient(f"http://127.0.0.1:{port}", "secret")
    yield client
    await client.close()
    await runner.cleanup()


async def _play(client: NodeClient, listener: Listener, **more: Any) -> None:
    patch = {"track": {"identifier": LONG, "userData": {"entry": 1}}, "voice": VOICE, **more}
    answer = await client.player(listener.session_id, GUILD, patch)
    assert answer.status == 200, answer.body


def _positions(frames: list[dict[str, Any]]) -> list[int]:
    return [frame["state"]["position"] for frame in frames if frame["op"] == "playerUpdate"]


def _ends(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [frame for frame in frames if frame.get("type") == "TrackEndEvent"]


async def test_a_track_passes_without_a_voice_server(client: NodeClient) -> None:
    listener = await client.ready()
    await _play(client, listener)
    assert await listener.until(lambda frames: max(_positions(frames), default=0) >= 600)
    player = (await client.show(listener.session_id, GUILD)).body
    assert player["state"]["connected"]


async def test_a_track_ends_after_its_length(client: NodeClient) -> None:
    listener = await client.ready()
    await _play(client, listener, position=LENGTH_MS - 400)
    assert await listener.until(lambda frames: bool(_ends(frames)))
    (end,) = _ends(listener.frames)
    assert (end["reason"], end["track"]["userData"]) == ("finished", {"entry": 1})


async def test_a_paused_track_does_not_pass(client: NodeClient) -> None:
    listener = await client.ready()
    await _play(client, listener, position=1_000, paused=True)
    seen = len(listener.frames)
    assert await listener.until(lambda frames: len(_positions(frames[seen:])) >= 4)
    assert set(_positions(listener.frames[seen:])) <= {0, 1_000}


async def test_double_speed_ends_a_track_at_half_its_length(client: NodeClient) -> None:
    listener = await client.ready()
    await _play(client, listener, position=LENGTH_MS - 1_600, filters={"timescale": {"speed": 2.0}})
    assert await listener.until(lambda frames: bool(_ends(frames)))
    assert max(_positions(listener.frames)) <= LENGTH_MS - 800


async def test_an_ordered_end_is_told_and_logged(client: NodeClient) -> None:
    listener = await client.ready()
    await _play(client, listener)
    answer = await client.request(
        "POST",
        "/_sim/faults",
        body={"kind": "finish", "guild_id": GUILD},
        headers={"Content-Type": "application/json"},
    )
    assert answer.body == {"finished": 1}
    assert await listener.until(lambda frames: bool(_ends(frames)))
    (event,) = (await client.request("GET", "/_sim/events", headers={})).body
    assert (event["type"], event["guild_id"], event["reason"]) == ("TrackEndEvent", GUILD, "finished")
    later = f"/_sim/events?after={event['time']}"
    assert (await client.request("GET", later, headers={})).body == []
