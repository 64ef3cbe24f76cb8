"""The library's client put together from our parts: one Client for one slot on one node."""

from __future__ import annotations

from typing import Any, cast

import lavalink
from lavalink.nodemanager import NodeManager

from workers.adapters.lavalink_player import LavalinkPlayer
from workers.adapters.lavalink_rest import new_http_session
from workers.adapters.lavalink_transport import ResumingTransport, SocketKeeper
from workers.node_ports import FactSink
from workers.ports import NodeAddress


class LavalinkNode(lavalink.Node):
    """A node whose transport is ours."""

    __slots__ = ()

    def __init__(self, manager: NodeManager, address: NodeAddress, session_id: str | None) -> None:
        where = (address.host, address.port, address.password)
        super().__init__(manager, *where, "any", address.name, False, session_id, False)
        # The library makes its own transport and offers no other way; that one was told not to connect.
        self._transport = ResumingTransport(self, *where, session_id)  # type: ignore[misc]

    @property
    def link(self) -> ResumingTransport:
        """The socket and REST calls of this node."""
        return cast(ResumingTransport, self._transport)

    async def ask(self, method: str, path: str, **options: Any) -> Any:
        """A REST call below /v4; raises Away, NodeRefused, PasswordRefused."""
        return await self.request(method, path, **options)


class StillNodes(NodeManager):
    """Knows nodes and moves nobody: the library would destroy and replay players on every `ready` (TRAPS 17)."""

    __slots__ = ()

    async def _handle_node_ready(self, node: lavalink.Node) -> None:
        """The session's owner adopts players itself."""

    async def _handle_node_disconnect(self, node: lavalink.Node) -> None:
        """Players live on without a socket."""


class SlotClient(lavalink.Client[LavalinkPlayer]):
    """One slot's client for one node. Make it inside a running loop; close it."""

    __slots__ = ("_stock_http", "sink")

    def __init__(self, user_id: int, sink: FactSink) -> None:
        super().__init__(user_id, player=LavalinkPlayer)
        self.sink = sink
        self._stock_http = self._session
        self._session = new_http_session()  # type: ignore[misc] # before anything used the library's own
        self.node_manager = StillNodes(self, None, False)  # type: ignore[misc]

    def add(self, address: NodeAddress, session_id: str | None, keeper: SocketKeeper | None) -> LavalinkNode:
        """The client's node; nothing connects before `link.connect()`."""
        node = LavalinkNode(self.node_manager, address, session_id)
        node.link.keeper = keeper
        self.node_manager.nodes.append(node)
        return node

    async def close(self) -> None:
        """Close the socket and every connection."""
        await self._stock_http.close()
        await super().close()  # type: ignore[no-untyped-call] # the library's
