"""`python -m bot` as a process of its own, pointed at the simulator."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from simulator.process.discord_site import SANDBOX_TOKEN, DiscordSite
from tests.bot.sandbox import SLOTS
from tests.ports import free_port

END_SECONDS = 20.0


class GatewayProcess:
    """One process; `lines` are its log lines so far."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process = process
        self.port = port
        self.lines: list[dict[str, Any]] = []
        self.stderr = ""
        self._reading = asyncio.create_task(self._read())

    async def ended(self) -> int:
        """The exit code."""
        async with asyncio.timeout(END_SECONDS):
            code = await self.process.wait()
            await self._reading
        return code

    async def kill(self) -> None:
        """End it the hard way, if it still runs."""
        if self.process.returncode is None:
            self.process.kill()
        await self.ended()

    def logged(self, event: str) -> list[dict[str, Any]]:
        """Log lines of one event."""
        return [line for line in self.lines if line["event"] == event]

    async def _read(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        async for raw in self.process.stdout:
            self.lines.append(json.loads(raw))
        self.stderr = (await self.process.stderr.read()).decode()


@asynccontextmanager
async def gateway_process(site: DiscordSite | None, redis_url: str, **changes: str) -> AsyncIterator[GatewayProcess]:
    """Start it; it is killed at the end if it still runs."""
    port = int(changes.get("GATEWAY_PORT", free_port()))
    settings = {
        "SANDBOX": "1",
        "DISCORD_TOKEN": SANDBOX_TOKEN,
        "DISCORD_BOT_ID": site.world.bot.id if site else "0",
        "DISCORD_API_URL": site.rest_url if site else "http://127.0.0.1:9/api/v10",
        "DISCORD_GATEWAY_URL": site.world.gateway_url if site else "ws://127.0.0.1:9/",
        "REDIS_URL": redis_url,
        "SLOTS": str(SLOTS),
        "GATEWAY_PORT": str(port),
        **changes,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", "dev", "-W", "ignore::DeprecationWarning", "-m", "bot"),
        env={**os.environ, **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    started = GatewayProcess(process, port)
    try:
        yield started
    finally:
        await started.kill()
