"""The node as the process people start: its signals, exit codes and port."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.contract.client import NodeClient

START_UP = 30.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _start(port: int, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulator.lavalink_node", "--port", str(port), *arguments,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


@pytest.fixture
async def running(catalogue_folder: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, NodeClient]]:
    port = _free_port()
    process = await _start(port, "--catalogue", str(catalogue_folder), "--name", "one")
    client = NodeClient(f"http://127.0.0.1:{port}", "youshallnotpass")
    assert process.stderr is not None
    async with asyncio.timeout(START_UP):
        while b"is ready" not in await process.stderr.readline():
            assert process.returncode is None
    yield process, client
    await client.close()
    if process.returncode is None:
        process.kill()
    await process.communicate()


async def test_sigterm_says_1001_and_exits_as_a_real_server(
    running: tuple[asyncio.subprocess.Process, NodeClient],
) -> None:
    process, client = running
    listener = await client.ready()
    await client.player(
        listener.session_id, "1", {"track": {"identifier": "https://music.segue.example/track/ode-to-joy"}}
    )
    process.send_signal(signal.SIGTERM)
    assert await listener.closed() == 1001
    assert await process.wait() == 143
    assert [frame["type"] for frame in listener.events] == ["TrackStartEvent"]


async def test_a_kill_order_ends_it_at_once(running: tuple[asyncio.subprocess.Process, NodeClient]) -> None:
    process, client = running
    listener = await client.ready()
    with pytest.raises(aiohttp.ClientError):
        await client.request(
            "POST", "/_sim/faults", body={"kind": "kill"}, headers={"Content-Type": "application/json"}
        )
    assert await listener.closed() == 1006
    assert await process.wait() == 137


async def test_a_taken_port_is_named(catalogue_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = await _start(port)
        _, said = await process.communicate()
    assert process.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in said.decode()
