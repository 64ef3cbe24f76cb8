"""Starts whole simulators and makes sure that they are gone after the test."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.simulator.process.running import PATIENCE_S, Running, Start, spawn


@pytest.fixture(scope="session")
def state_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared by the tests here, as making the catalogue takes seconds."""
    return tmp_path_factory.mktemp("simulator")


@pytest.fixture
async def start(state_dir: Path) -> AsyncIterator[Start]:
    """Starts simulators on free ports and ends them after the test."""
    running: list[asyncio.subprocess.Process] = []

    async def begin(**env: str) -> Running:
        process = await spawn(state_dir, env)
        running.append(process)
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), PATIENCE_S)).decode()
        assert line.startswith("SIMULATOR {")
        return Running(process, json.loads(line.removeprefix("SIMULATOR ")))

    yield begin
    for process in running:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.communicate(), PATIENCE_S)
