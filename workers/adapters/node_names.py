"""Finds Lavalink nodes one by one behind their names: a session lives in one pod, so pods must not be balanced over."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
from collections.abc import Awaitable, Callable, Sequence

from workers.ports import NodeAddress

_log = logging.getLogger(__name__)

RESOLVE_SECONDS = 3.0

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""(host, port) -> addresses; raises OSError, TimeoutError."""


class NodeNames:
    """`configured` as LAVALINK_NODES has them. A name that DNS does not know now keeps the addresses it had."""

    def __init__(self, configured: Sequence[NodeAddress], resolve: Resolve | None = None) -> None:
        self._configured = tuple(configured)
        self._resolve = resolve or _addresses
        self._known: dict[str, tuple[NodeAddress, ...]] = {}

    async def look(self) -> tuple[NodeAddress, ...]:
        """All nodes as they are now."""
        found = await asyncio.gather(*(self._nodes(node) for node in self._configured))
        return tuple({node.name: node for nodes in found for node in nodes}.values())

    async def _nodes(self, node: NodeAddress) -> tuple[NodeAddress, ...]:
        if _is_address(node.host):
            return (node,)
        try:
            async with asyncio.timeout(RESOLVE_SECONDS):
                addresses = await self._resolve(node.host, node.port)
        except (OSError, TimeoutError) as error:
            _log.warning("the name of Lavalink node %s cannot be resolved now: %s", node.name, error)
            addresses = ()
        if addresses:
            self._known[node.name] = tuple(
                NodeAddress(_host(address), node.port, node.password) for address in sorted(set(addresses))
            )
        return self._known.get(node.name, (node,))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address


async def _addresses(host: str, port: int) -> Sequence[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]
