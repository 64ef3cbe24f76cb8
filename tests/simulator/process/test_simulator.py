"""The simulator as a process: it starts, survives its nodes, and ends without a trace."""

import asyncio
import signal
import socket
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.simulator.process.running import PATIENCE_S, Start, alive, spawn, until


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_all_it_started(start: Start, number: signal.Signals) -> None:
    simulator = await start()
    (node,) = await simulator.nodes()
    simulator.process.send_signal(number)
    assert await asyncio.wait_for(simulator.process.wait(), PATIENCE_S) == 0
    assert not alive(node["pid"])


async def test_a_killed_simulator_leaves_no_node(start: Start) -> None:
    simulator = await start()
    (node,) = await simulator.nodes()
    simulator.process.kill()

    async def gone() -> bool:
        return not alive(node["pid"])

    assert await until(gone)


async def test_a_killed_node_comes_again_unless_it_has_to_stay_down(start: Start) -> None:
    simulator = await start(SIM_NODES="2")
    first, second = await simulator.nodes()
    await simulator.ask("POST", "/faults", {"target": "node", "kind": "kill", "node": 0})
    down = {"target": "node", "kind": "kill", "node": 1, "stay_down": True}
    await simulator.ask("POST", "/faults", down)

    async def restarted() -> Any:
        nodes = await simulator.nodes()
        return nodes if nodes[0]["starts"] == 2 and nodes[0]["pid"] else None

    again, still_down = await until(restarted)
    assert again["pid"] != first["pid"]
    assert again["port"] == first["port"]
    assert (still_down["starts"], still_down["pid"], second["starts"]) == (1, None, 1)


async def test_the_nodes_requests_are_told(start: Start) -> None:
    simulator = await start()
    (node,) = simulator.said["nodes"]
    url = f"http://{node['host']}:{node['port']}/v4/info"
    headers = {"Authorization": node["password"]}
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as answer:
        assert answer.status == 200
    asked = await simulator.ask("GET", "/requests?target=node")
    assert "/v4/info" in [one["path"] for one in asked]


@pytest.mark.parametrize("name", ["SIM_PORT", "SIM_NODE_PORT", "SIM_VOICE_PORT"])
async def test_a_taken_port_is_named(state_dir: Path, name: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        process = await spawn(state_dir, {name: port})
        _, stderr = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    assert process.returncode == 2
    assert stderr.decode().strip() == f"simulator: The port {port} ({name}) is taken; choose another."


async def test_outside_nodes_are_not_ours_to_ask(start: Start) -> None:
    simulator = await start(LAVALINK_NODES="127.0.0.1:2333")
    assert simulator.said["nodes"] == []
    answer = await simulator.ask("GET", "/requests?target=node")
    assert answer["error"].startswith("LAVALINK_NODES names nodes outside the simulator")
