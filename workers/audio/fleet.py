"""The Lavalink nodes as one process sees them: which may be given guilds, and how many of its guilds each has."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence

import structlog

from workers.node_ports import NodeSession
from workers.player.outcomes import Denied
from workers.ports import NodeAddress

log = structlog.get_logger()

MOVES_AT_ONCE = 5
"""Guilds that move to a node at the same time: each brings a voice handshake (DESIGN §4)."""
GONE = "its address is gone"
"""Why a pod that ends is drained; an everyday matter, unlike other reasons."""
FAILED_SECONDS = 10.0
"""A node that failed is given no guilds for so long, unless it is heard again before."""

OpenSession = Callable[[NodeAddress, Callable[[str], None]], NodeSession]
"""Makes a session on a node; the callback hears of a session id that the node gave later."""


class Fleet:
    """One per process."""

    def __init__(
        self,
        nodes: Sequence[NodeAddress],
        open_session: OpenSession,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.open_session = open_session
        self._nodes = {node.name: node for node in nodes}
        self._clock = clock
        self._draining: dict[str, str] = {}
        self._drained_at: dict[str, float] = {}
        self._wished: Collection[str] = ()
        self._failed: dict[str, float] = {}
        self._met: set[str] = set()
        self._guilds: Counter[str] = Counter()
        self._turns: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(MOVES_AT_ONCE))

    def node(self, name: str) -> NodeAddress | None:
        """The node of that name, if it is known."""
        return self._nodes.get(name)

    def recalled(self, name: str) -> NodeAddress | None:
        """A node on which a slot was before, also while DNS does not name it; None where no node has its port."""
        host, _, port = name.rpartition(":")
        like = next((node for node in self._nodes.values() if str(node.port) == port), None)
        if name not in self._nodes and like is not None:
            self._nodes[name] = NodeAddress(host, like.port, like.password)
        return self._nodes.get(name)

    @property
    def draining(self) -> Collection[str]:
        """Names of nodes that guilds should leave."""
        return self._draining if not self._wished else {*self._draining, *self._wished}

    def wish_drained(self, names: Collection[str]) -> None:
        """Staff wish guilds to leave exactly these nodes, whatever else is said of them, until they wish otherwise."""
        if set(names) != set(self._wished):
            log.info("Nodes that staff have drained", nodes=sorted(names))
        self._wished = names

    def choose(self, *, spread: int = 0, avoid: Collection[str] = (), hurry: bool = False) -> NodeAddress | None:
        """The least loaded node that can be used; `spread` decides among equals. None if there is no such node.

        In a `hurry` those that were met come first: finding out that another is not there takes seconds.
        """
        usable = [node for name, node in self._nodes.items() if name not in avoid and self._usable(name)]
        if not usable:
            return None
        turned = usable[spread % len(usable) :] + usable[: spread % len(usable)]
        return min(turned, key=lambda node: (hurry and node.name not in self._met, self._guilds[node.name]))

    def elsewhere(self, source: str, wanted: str | None, spread: int) -> NodeAddress | Denied:
        """The node of that name, or the least loaded but the source; else why a guild cannot go there."""
        if wanted is None:
            return self.choose(spread=spread, avoid={source}) or Denied(key="node.none_other")
        if wanted not in self._nodes:
            return Denied(key="node.unknown", values={"node": wanted})
        if wanted == source:
            return Denied(key="node.same", values={"node": wanted})
        return self._nodes[wanted] if self._usable(wanted) else Denied(key="node.unusable", values={"node": wanted})

    def any_node(self, spread: int) -> NodeAddress:
        """A node to wait for when none can be used."""
        nodes = list(self._nodes.values())
        return nodes[spread % len(nodes)]

    def failed(self, name: str) -> None:
        """The node does not answer."""
        self._failed[name] = self._clock()
        self._met.discard(name)

    def answers(self, name: str) -> None:
        """The node was met."""
        self._failed.pop(name, None)
        self._met.add(name)

    def drain(self, name: str, why: str) -> None:
        """Guilds should leave the node while it still plays."""
        self._drained_at.setdefault(name, self._clock())
        if name not in self._draining:
            say = log.warning if why == GONE else log.error
            say("A Lavalink node is drained", node=name, reason=why)
        self._draining[name] = why

    def know(self, nodes: Sequence[NodeAddress]) -> None:
        """These are the nodes now: new ones may be given guilds, those that are gone are drained."""
        now = {node.name: node for node in nodes}
        for name in self._nodes.keys() - now.keys():
            self.drain(name, GONE)
        for name, node in now.items():
            if name not in self._nodes:
                log.info("A Lavalink node was found", node=name)
            self._nodes[name] = node
            if self._draining.get(name) == GONE:
                self.recovered(name)

    def drained_for(self) -> list[tuple[NodeAddress, float]]:
        """Nodes that are drained although they are there, and for how many seconds."""
        names = [name for name, why in self._draining.items() if why != GONE and name in self._nodes]
        return [(self._nodes[name], self._clock() - self._drained_at[name]) for name in names]

    def recovered(self, name: str) -> None:
        """The node may be given guilds again."""
        self._draining.pop(name, None)
        self._drained_at.pop(name, None)

    def forget(self, name: str) -> None:
        """A drained node whose address is gone has nothing of ours any more."""
        if self._draining.get(name) == GONE and self._guilds[name] <= 0:
            self.recovered(name)
            self._nodes.pop(name, None)

    def moved(self, source: str | None, target: str | None) -> None:
        """A guild of this process has its player elsewhere now."""
        if source is not None:
            self._guilds[source] -= 1
        if target is not None:
            self._guilds[target] += 1

    def turn(self, name: str) -> asyncio.Semaphore:
        """One's turn to move to the node."""
        return self._turns[name]

    def load(self) -> dict[str, int]:
        """Node name -> guilds of this process."""
        return {name: self._guilds[name] for name in self._nodes}

    def _usable(self, name: str) -> bool:
        failed = self._failed.get(name)
        resting = failed is not None and self._clock() - failed < FAILED_SECONDS
        return name not in self._draining and name not in self._wished and not resting
