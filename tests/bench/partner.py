"""A second process of the bench, asked in JSON lines over its pipes: what is measured must not share our loop."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
ANSWER_SECONDS = 120.0
LINE_BYTES = 64 * 1024 * 1024
"""A round's samples come back in one line."""

Answer = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


class PartnerFailed(Exception):
    """It ended or did not answer; the message names it."""


class Partner:
    """Start with `start`, end with `end`; it also ends when its input does, so none outlives us."""

    def __init__(self, module: str, process: asyncio.subprocess.Process) -> None:
        self._module = module
        self._process = process

    @classmethod
    async def start(cls, module: str, environment: Mapping[str, str]) -> Partner:
        """Run `python -m module` with this environment."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=dict(environment),
            cwd=ROOT,
            limit=LINE_BYTES,
        )
        return cls(module, process)

    async def ask(self, do: str, **more: Any) -> dict[str, Any]:
        """Its answer; raises PartnerFailed."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({"do": do, **more}).encode() + b"\n")
        try:
            line = await asyncio.wait_for(stdout.readline(), ANSWER_SECONDS)
        except TimeoutError:
            raise PartnerFailed(f"{self._module} did not answer to {do}") from None
        if not line:
            raise PartnerFailed(f"{self._module} ended when it was asked to {do}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def end(self) -> None:
        """Let it go."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), 5)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


async def answer_all(handlers: Mapping[str, Answer]) -> None:
    """The partner's side: answer until the input ends. An error ends the process, and so tells the asker."""
    reader = asyncio.StreamReader(limit=LINE_BYTES)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        question = json.loads(line)
        began, used = time.monotonic(), time.process_time()
        found = await handlers[question.pop("do")](question)
        share = (time.process_time() - used) / max(time.monotonic() - began, 1e-9)
        sys.stdout.write(json.dumps({**found, "core_share": share}) + "\n")
        sys.stdout.flush()
