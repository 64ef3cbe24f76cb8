"""Starts Lavalink nodes as processes of their own, keeps them alive, and ends them with the simulator."""

import asyncio
import contextlib
import ctypes
import logging
import signal
import socket
import sys
from collections.abc import Sequence
from typing import Any

import aiohttp

from simulator.control.orders import BadOrder

log = logging.getLogger(__name__)

_RESTART_AFTER_S = 1.0
_READY_WITHIN_S = 60.0
_END_WITHIN_S = 4.0
_PR_SET_PDEATHSIG = 1


def free_port(host: str, wanted: int) -> int:
    """That port, or any free one for 0; OSError when it is taken."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, wanted))
        port: int = probe.getsockname()[1]
        return port


def _die_with_parent() -> None:
    """Runs in the child before exec: even a simulator killed by -9 leaves no node behind (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class NodeChild:
    def __init__(self, *, name: str, host: str, port: int, password: str, arguments: Sequence[str]) -> None:
        self.name = name
        self.host = host
        self.port = port
        self.password = password
        self.starts = 0
        self.stays_down = False
        self._arguments = arguments
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def pid(self) -> int | None:
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process else None

    def start(self) -> None:
        self._keeper = asyncio.create_task(self._keep())

    def kill(self, *, stay_down: bool) -> None:
        self.stays_down = stay_down
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def end(self) -> None:
        """SIGTERM, then SIGKILL for one that does not go."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _END_WITHIN_S)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _keep(self) -> None:
        while True:
            if not self.stays_down:
                await self._run_once()
            await asyncio.sleep(_RESTART_AFTER_S)

    async def _run_once(self) -> None:
        command = (sys.executable, "-m", "simulator.lavalink_node", *self._arguments)
        self._process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        self.starts += 1
        code = await self._process.wait()
        log.warning("the node %s on port %d ended with code %d", self.name, self.port, code)


class NodeChildren:
    """The simulator's own nodes, as a NodeFleet."""

    def __init__(self, children: Sequence[NodeChild]) -> None:
        self._children = children
        self._http: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Raises TimeoutError when a node does not answer within a minute."""
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))
        for child in self._children:
            child.start()
        async with asyncio.timeout(_READY_WITHIN_S):
            await asyncio.gather(*(self._ready(child) for child in self._children))

    async def stop(self) -> None:
        await asyncio.gather(*(child.end() for child in self._children))
        if self._http is not None:
            await self._http.close()

    async def strike(self, kind: str, params: dict[str, Any]) -> dict[str, Any]:
        struck = self._meant(params)
        if kind == "kill":
            for child in struck:
                child.kill(stay_down=bool(params.get("stay_down")))
            return {"struck": [child.name for child in struck]}
        order = {"kind": kind, **params}
        if kind == "status" and "code" not in order:
            order["code"] = params.get("status", 500)
        answers = [await self._ask("POST", child, "/_sim/faults", order) for child in struck]
        return {"struck": [child.name for child in struck], "answers": answers}

    async def heal(self) -> None:
        """Takes all faults back; nodes that had to stay down come up again."""
        for child in self._children:
            if child.stays_down:
                child.stays_down = False
            elif child.pid is not None:
                await self._ask("DELETE", child, "/_sim/faults", None)

    async def requests(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for child in self._children:
            if child.pid is not None:
                entries = await self._ask("GET", child, "/_sim/requests", None)
                found += [{**one, "node": child.name} for one in entries or ()]
        return found

    def describe(self) -> list[dict[str, Any]]:
        return [
            {
                "name": child.name,
                "host": child.host,
                "port": child.port,
                "password": child.password,
                "pid": child.pid,
                "starts": child.starts,
            }
            for child in self._children
        ]

    def _meant(self, params: dict[str, Any]) -> list[NodeChild]:
        """All nodes, or the one that `node` names or numbers from 0."""
        wanted = params.pop("node", None)
        if wanted is None:
            return list(self._children)
        found = [c for i, c in enumerate(self._children) if str(wanted) in (c.name, str(i), str(c.port))]
        if not found:
            raise BadOrder(f"There is no node {wanted!r}.", 404)
        return found

    async def _ask(self, method: str, child: NodeChild, path: str, body: Any) -> Any:
        if self._http is None:
            raise BadOrder("The nodes are not started.", 409)
        try:
            async with self._http.request(method, child.url + path, json=body) as answer:
                content = await answer.json() if answer.content_type == "application/json" else None
                if answer.status >= 400:
                    detail = content.get("error") if isinstance(content, dict) else answer.status
                    raise BadOrder(f"The node {child.name} refused: {detail}")
                return content
        except (aiohttp.ClientError, TimeoutError) as error:
            raise BadOrder(f"The node {child.name} does not answer: {error!r}", 503) from None

    async def _ready(self, child: NodeChild) -> None:
        while True:
            try:
                await self._ask("GET", child, "/_sim/requests", None)
            except BadOrder:
                await asyncio.sleep(0.05)
            else:
                return
