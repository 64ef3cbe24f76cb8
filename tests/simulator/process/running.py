"""A simulator of a test's own, as a process on free ports."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp

PATIENCE_S = 90
_ROOT = Path(__file__).parents[3]


class Running:
    """One simulator process and what it said of itself."""

    def __init__(self, process: asyncio.subprocess.Process, said: dict[str, Any]) -> None:
        self.process = process
        self.said = said

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        url = self.said["control_url"] + path
        async with aiohttp.ClientSession() as http, http.request(method, url, json=body) as answer:
            return await answer.json()

    async def nodes(self) -> list[dict[str, Any]]:
        nodes: list[dict[str, Any]] = (await self.ask("GET", "/state"))["nodes"]
        return nodes


Start = Callable[..., Awaitable[Running]]


async def spawn(state_dir: Path, env: dict[str, str]) -> asyncio.subprocess.Process:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SIM_", "LAVALINK"))}
    free = {"SIM_PORT": "0", "SIM_NODE_PORT": "0", "SIM_STATE_DIR": str(state_dir)}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulator"),
        env={**kept, **free, **env},
        cwd=_ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


def alive(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


async def until(look: Callable[[], Awaitable[Any]]) -> Any:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if found := await look():
                return found
            await asyncio.sleep(0.05)
