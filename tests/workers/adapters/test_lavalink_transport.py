"""A socket that falls silent is given up, and one that answers pings is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import WSMsgType, web

from tests.workers.adapters.lavalink_stage import PASSWORD, USER_ID, Notebook, until
from workers.adapters import lavalink_transport
from workers.adapters.lavalink_session import LavalinkSession
from workers.adapters.lavalink_transport import Waits
from workers.adapters.lavalink_voice import VoiceEndpoints
from workers.ports import NodeAddress

READY = '{"op": "ready", "resumed": true, "sessionId": "s1"}'
NEW = '{"op": "ready", "resumed": false, "sessionId": "s1"}'
STATS = '{"op": "stats", "players": 0, "playingPlayers": 0}'


@dataclass
class MuteNode:
    """Says ready and nothing more; the playing node of the simulator always answers pings."""

    answers_pings: bool
    port: int = 0
    handshakes: list[str | None] = field(default_factory=list)
    pings: int = 0
    frames: list[list[str]] = field(default_factory=lambda: [[NEW]])
    """What each handshake in turn is followed by; READY after the last."""
    sockets: set[web.WebSocketResponse] = field(default_factory=set)

    async def open_websocket(self, request: web.Request) -> web.WebSocketResponse:
        asked_for = request.headers.get("Session-Id")
        self.handshakes.append(asked_for)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self.sockets.add(socket)
        for frame in self.frames.pop(0) if self.frames else [READY]:
            await socket.send_str(frame)
        async for message in socket:
            if message.type is WSMsgType.PING:
                self.pings += 1
                if self.answers_pings:
                    await socket.pong(message.data)
        return socket

    async def answer(self, request: web.Request) -> web.Response:
        return web.json_response([] if request.method == "GET" else {})


@pytest.fixture
async def node(request: pytest.FixtureRequest) -> AsyncIterator[MuteNode]:
    node = MuteNode(answers_pings=request.param)
    app = web.Application()
    app.router.add_get("/v4/websocket", node.open_websocket)
    app.router.add_route("*", "/v4/sessions/{tail:.*}", node.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    node.port = runner.addresses[0][1]
    yield node
    for socket in node.sockets:
        await socket.close()
    await runner.cleanup()


@pytest.fixture
async def session(node: MuteNode, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LavalinkSession]:
    monkeypatch.setattr(lavalink_transport, "PING_EVERY", 0.05)
    address = NodeAddress("127.0.0.1", node.port, PASSWORD)
    session = LavalinkSession(address, user_id=USER_ID, voice=VoiceEndpoints(sandbox=True))
    await session.open(None, Notebook())
    yield session
    await session.close(keep=True)


@pytest.mark.parametrize("node", [False], indirect=True)
async def test_unanswered_pings_end_a_socket_and_the_session_is_resumed(
    node: MuteNode, session: LavalinkSession
) -> None:
    await until(lambda: len(node.handshakes) >= 2)

    assert node.pings >= 1
    assert node.handshakes[:2] == [None, "s1"]
    assert session.session_id == "s1"


@pytest.mark.parametrize("node", [True], indirect=True)
async def test_a_quiet_node_that_answers_pings_keeps_its_socket(node: MuteNode, session: LavalinkSession) -> None:
    await until(lambda: node.pings >= 6)

    assert len(node.handshakes) == 1
    assert session.connected


@pytest.mark.parametrize("node", [True], indirect=True)
async def test_a_node_that_speaks_nonsense_is_tried_again(node: MuteNode) -> None:
    node.frames = [["no json", "[]", '{"op": "ready"}'], ['{"op": "event"}', STATS, NEW, "{}", '{"op": "new"}']]
    address = NodeAddress("127.0.0.1", node.port, PASSWORD)
    session = LavalinkSession(address, user_id=USER_ID, voice=VoiceEndpoints(sandbox=True))

    opened = await session.open(None, Notebook())
    session.release_events()

    assert (opened.session_id, opened.resumed) == ("s1", False)
    assert await session.players() == ()
    assert len(node.handshakes) == 2
    await session.close(keep=True)


def test_waits_begin_at_once_and_grow_to_a_limit() -> None:
    waits = Waits(high=5.0)
    told = [waits.next() for _ in range(12)]

    assert told[0] == 0
    assert all(0.125 <= wait <= 5 for wait in told[1:])
    assert told[-1] >= 2.5
    waits.reset()
    assert waits.next() == 0


def test_waits_differ_so_that_slots_do_not_knock_together() -> None:
    nexts = set()
    for _ in range(20):
        waits = Waits()
        waits.next()
        nexts.add(waits.next())

    assert len(nexts) > 1
