"""The whole way of the sound: op 4, a node that plays, the ears of the channel; and what ends it."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.simulator.discord_client import GatewayAddress, GatewayClient
from tests.simulator.process.running import Running, Start, until

_TOKEN = "sandbox.token.segue"


class Player:
    """A guild's player on the node, driven over plain REST."""

    def __init__(
        self, simulator: Running, http: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse
    ) -> None:
        self._guild_id = simulator.said["guild_id"]
        self._http = http
        self._socket = socket
        self._session_id = ""

    async def ready(self) -> None:
        self._session_id = (await self.next("ready"))["sessionId"]

    async def next(self, op: str, kind: str | None = None) -> dict[str, Any]:
        while True:
            message: dict[str, Any] = await self._socket.receive_json(timeout=30)
            if message["op"] == op and kind in (None, message.get("type")):
                return message

    async def patch(self, body: dict[str, Any]) -> None:
        path = f"/v4/sessions/{self._session_id}/players/{self._guild_id}"
        async with self._http.patch(path, json=body) as answer:
            assert answer.status == 200, await answer.text()

    async def load(self, words: str) -> str:
        async with self._http.get("/v4/loadtracks", params={"identifier": words}) as answer:
            found = await answer.json()
        return str(found["data"][0]["encoded"])


@pytest.fixture
async def simulator(start: Start) -> Running:
    return await start()


@pytest.fixture
async def bot(simulator: Running) -> AsyncIterator[GatewayClient]:
    async with GatewayClient(GatewayAddress(simulator.said["gateway_url"], _TOKEN)) as client:
        await client.identify()
        await client.event("GUILD_CREATE")
        yield client


@pytest.fixture
async def player(simulator: Running) -> AsyncIterator[Player]:
    (node,) = simulator.said["nodes"]
    headers = {
        "Authorization": node["password"],
        "User-Id": simulator.said["application_id"],
        "Client-Name": "test/1",
    }
    url = f"http://{node['host']}:{node['port']}"
    async with (
        aiohttp.ClientSession(url, headers=headers) as http,
        http.ws_connect("/v4/websocket") as socket,
    ):
        one = Player(simulator, http, socket)
        await one.ready()
        yield one


async def _join(bot: GatewayClient, simulator: Running, channel_id: str | None) -> dict[str, Any]:
    """Joins and returns the credentials in the form the node takes."""
    await bot.send(4, {"guild_id": simulator.said["guild_id"], "channel_id": channel_id})
    return await _credentials(bot)


async def _credentials(bot: GatewayClient) -> dict[str, Any]:
    state = await bot.event("VOICE_STATE_UPDATE")
    server = await bot.event("VOICE_SERVER_UPDATE")
    return {
        "token": server["token"],
        "endpoint": server["endpoint"],
        "sessionId": state["session_id"],
        "channelId": state["channel_id"],
    }


async def test_a_tone_is_heard_in_the_channel_and_follows_a_move(
    simulator: Running, bot: GatewayClient, player: Player
) -> None:
    guild_id = simulator.said["guild_id"]
    music, lounge = simulator.said["channels"]["voice"]
    voice = await _join(bot, simulator, music)
    track = {"encoded": await player.load("ytsearch:440 Hz tone")}
    await player.patch({"voice": voice, "track": track})

    async def heard() -> Any:
        ears = await simulator.ask("GET", f"/ears/{guild_id}")
        return ears if ears["frames"] > 100 and ears["tone_hz"] is not None else None

    ears = await until(heard)
    assert (ears["connected"], ears["channel_id"], ears["lost"]) == (True, music, 0)
    assert ears["tone_hz"] == pytest.approx(440, abs=2)

    order = {"guild_id": guild_id, "user_id": simulator.said["application_id"]}
    await simulator.ask("POST", "/voice", {**order, "channel_id": lounge})
    moved = await _credentials(bot)
    closed = await player.next("event", "WebSocketClosedEvent")
    await player.patch({"voice": moved})
    await simulator.ask("POST", f"/ears/{guild_id}/reset")
    assert (closed["code"], moved["channelId"]) == (4014, lounge)
    assert (await until(heard))["channel_id"] == lounge

    await simulator.ask("POST", "/voice", {**order, "channel_id": None})
    assert (await player.next("event", "WebSocketClosedEvent"))["code"] == 4014


async def test_stale_credentials_are_refused(simulator: Running, bot: GatewayClient, player: Player) -> None:
    (music, *_) = simulator.said["channels"]["voice"]
    voice = await _join(bot, simulator, music)
    await player.patch({"voice": {**voice, "token": "stale"}})
    assert (await player.next("event", "WebSocketClosedEvent"))["code"] == 4006


async def test_lost_frames_are_counted(simulator: Running, bot: GatewayClient, player: Player) -> None:
    guild_id = simulator.said["guild_id"]
    (music, *_) = simulator.said["channels"]["voice"]
    voice = await _join(bot, simulator, music)
    await player.patch({"voice": voice, "track": {"encoded": await player.load("ytsearch:440 Hz tone")}})

    async def heard() -> bool:
        return bool((await simulator.ask("GET", f"/ears/{guild_id}"))["frames"] > 20)

    await until(heard)
    fault = {"target": "voice", "kind": "lose_frames", "count": 5, "guild_id": guild_id}
    await simulator.ask("POST", "/faults", fault)

    async def lost() -> Any:
        return (await simulator.ask("GET", f"/ears/{guild_id}"))["lost"]

    assert await until(lost) == 5
