"""Where a slot's guilds have their players: one node as a rule, two while guilds move away from one that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol

import structlog

from project.spawned import Spawned
from workers.audio.counted import MOVES
from workers.audio.fleet import Fleet
from workers.audio.node_hands import ClaimDue, Looked
from workers.audio.node_link import LinkOwner, NodeLink
from workers.node_ports import Opened
from workers.player.facts import Fact, LivePlayer, NodeLost, PlayerAdopted, TrackStarted
from workers.player.outcomes import Denied, Said
from workers.ports import Fenced, NodeAddress, PortFailed, SessionMirror

log = structlog.get_logger()

AWAY_SECONDS = 1.0
"""A node that is not heard for so long has failed: its guilds are played elsewhere."""
MEET_SECONDS = 6.0
"""How long a node that guilds shall move to may take to give a session."""
GONE_SECONDS = 300.0
"""A node keeps players without an owner for so long; then there is nothing to come back for."""


class Resident(Protocol):
    """A guild in memory, as its node sees it."""

    guild_id: int

    @property
    def listeners(self) -> int:
        """Humans who hear it, as far as known."""

    @property
    def priority(self) -> int:
        """Its plan's; higher comes first."""

    def fact(self, fact: Fact) -> None:
        """Take in what happened at the node."""

    def looked(self, letter: Looked | ClaimDue) -> None:
        """Take in what the node was found doing, or that it is one's turn to be marked."""

    async def moved(self, fact: NodeLost) -> None:
        """Play on another node; returns when it was told to."""


class SlotNodes:
    """The links of one slot. `residents` is the slot's own mapping of guilds in memory."""

    def __init__(
        self, owner: LinkOwner, fleet: Fleet, mirror: SessionMirror, residents: Mapping[int, Resident]
    ) -> None:
        self._owner, self._fleet, self._mirror, self._residents = owner, fleet, mirror, residents
        self._links: dict[str, NodeLink] = {}
        self._homes: dict[int, NodeLink] = {}
        self._primary: NodeLink | None = None
        self._background = Spawned()

    # -- its life ------------------------------------------------------------------------------------------------------

    def start(self, known: Mapping[str, str]) -> None:
        """Meet the nodes on which the slot has sessions (name -> session id), or choose one."""
        for name, session_id in known.items():
            node = self._fleet.recalled(name)
            if node is not None:
                self._link(node, session_id)
        usable = [link for name, link in self._links.items() if name not in self._fleet.draining]
        self._primary = usable[-1] if usable else self._link_to_a_node()

    async def close(self) -> None:
        """Close all sockets and keep all sessions."""
        await self._background.close()
        for guild_id in list(self._homes):
            self.forget(guild_id)
        await asyncio.gather(*(link.close() for link in self._links.values()))

    @property
    def links(self) -> tuple[NodeLink, ...]:
        """All sessions of the slot."""
        return tuple(self._links.values())

    @property
    def primary(self) -> str | None:
        """Name of the node where new players begin."""
        return self._primary.name if self._primary is not None else None

    def homes(self) -> dict[int, str]:
        """Guild -> name of the node where its player is."""
        return {guild_id: link.name for guild_id, link in self._homes.items()}

    def link_of(self, guild_id: int) -> NodeLink:
        """Where the guild's player is, or would be."""
        home = self._homes.get(guild_id) or self._primary
        if home is None:
            raise RuntimeError("asked before the slot was taken")
        return home

    def settle(self, guild_id: int) -> None:
        """A guild that was not in memory begins where the slot is."""
        if self._settled() and self._primary is not None:
            self._set_home(guild_id, self._primary)

    def forget(self, guild_id: int) -> None:
        """The guild has no player any more."""
        home = self._homes.pop(guild_id, None)
        if home is not None:
            self._fleet.moved(home.name, None)

    # -- what the links tell -------------------------------------------------------------------------------------------

    def heard(self, link: NodeLink, guild_id: int, fact: Fact) -> None:
        """Hand a fact on, if the guild is there. Other guilds are strays, or have left while it was on its way."""
        resident = self._residents.get(guild_id)
        if resident is None or self._homes.get(guild_id) is not link:
            return
        if isinstance(fact, TrackStarted) and fact.epoch not in (0, self._owner.epoch):
            link.look_later(guild_id)  # another owner has told the node something
        resident.fact(fact)

    def met(self, link: NodeLink, opened: Opened) -> None:
        """Adopt the guilds that live there, and those that should."""
        self._fleet.answers(link.name)
        living = {player.guild_id: player for player in opened.players}
        for guild_id, live in living.items():
            home = self._homes.get(guild_id)
            if guild_id in self._residents and (home is None or home is link):
                self._set_home(guild_id, link)
                self._adopt(guild_id, live)
        for guild_id, home in self._homes.items():
            if home is link and guild_id not in living:
                self._adopt(guild_id, None)
        log.info(
            "Slot opened", slot=self._owner.slot, node=link.name, resumed=opened.resumed, players=len(opened.players)
        )
        self._settle_rest()

    def missed(self, link: NodeLink) -> None:
        """A node could not be met: its guilds go elsewhere, if there is an elsewhere."""
        self._fleet.failed(link.name)
        self._settle_rest()
        self.check()

    def strays(self, link: NodeLink, living: Mapping[int, LivePlayer]) -> list[int]:
        """See LinkOwner. Before all sessions were met nobody knows who is at home where."""
        if not self._settled():
            return []
        return [guild_id for guild_id in living if self._homes.get(guild_id) is not link]

    def _settle_rest(self) -> None:
        """When all sessions were met or missed: guilds that live nowhere are built up on the primary node."""
        primary = self._primary
        if primary is None or not self._settled():
            return
        for guild_id in self._residents.keys() - self._homes.keys():
            self._set_home(guild_id, primary)
            if primary.connected:
                self._adopt(guild_id, None)

    def _settled(self) -> bool:
        return all(link.tried.is_set() for link in self._links.values())

    def _adopt(self, guild_id: int, live: LivePlayer | None) -> None:
        self._residents[guild_id].fact(PlayerAdopted(live, self._owner.now_ms(), self._owner.epoch))

    # -- moving --------------------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Called often: have guilds leave a node that failed or is drained, and end sessions that nobody needs."""
        for link in list(self._links.values()):
            failed = link.away_for >= AWAY_SECONDS or (link.tried.is_set() and not link.connected)
            if failed:
                self._fleet.failed(link.name)
            elif link.session.worn_out:
                self._fleet.drain(link.name, "voice PATCHes hang on it")
            if link.busy:
                continue
            if link is self._primary or self._inhabited(link):
                if failed or link.name in self._fleet.draining:
                    self._leave(link, failed=failed)
            elif self._needless(link):
                self._drop(link)

    def _inhabited(self, link: NodeLink) -> bool:
        return any(home is link for home in self._homes.values())

    def _needless(self, link: NodeLink) -> bool:
        """What was left behind on a node without guilds is to be ended now, or has ended by itself."""
        return self._settled() and (link.away_for >= GONE_SECONDS or (link.connected and link.away_for == 0))

    def _drop(self, link: NodeLink) -> None:
        del self._links[link.name]
        self._background.start(self._retire(link), "retire session")

    async def _retire(self, link: NodeLink) -> None:
        await link.retire()
        self._fleet.forget(link.name)

    def rebalance(self) -> None:
        """Called now and then: a slot without guilds goes where the fewest are, so that new nodes get their share."""
        primary = self._primary
        node = self._fleet.choose(spread=self._owner.slot)
        if primary is None or node is None or node.name == primary.name or self._homes or primary.busy:
            return
        self._begin_move(primary, node, failed=False, only=None)

    def play_elsewhere(self, guild_id: int, wanted: str | None = None) -> Said:
        """Have one guild play on that node, else on the least loaded of the others; says where to, or why not."""
        source = self.link_of(guild_id)
        node = self._fleet.elsewhere(source.name, wanted, self._owner.slot)
        if isinstance(node, Denied):
            return node
        self._begin_move(source, node, failed=False, only=guild_id)
        return Said(key="node.moving", values={"node": node.name})

    def _leave(self, link: NodeLink, *, failed: bool) -> None:
        target = self._fleet.choose(spread=self._owner.slot, avoid={link.name}, hurry=failed)
        if target is None:
            return  # nobody else: the node is waited for
        self._begin_move(link, target, failed=failed, only=None)

    def _begin_move(self, source: NodeLink, node: NodeAddress, *, failed: bool, only: int | None) -> None:
        target = self._links.get(node.name) or self._link(node, None)
        source.busy += 1
        target.busy += 1
        self._background.start(self._move_all(source, target, failed=failed, only=only), "move guilds")

    async def _move_all(self, source: NodeLink, target: NodeLink, *, failed: bool, only: int | None) -> None:
        """People-present guilds first, then better plans; one that comes into memory meanwhile begins on the target."""
        try:
            if not await self._connected(target):
                self._fleet.failed(target.name)
                return
            if self._primary is source and only is None:
                self._primary = target
            at_home = (guild_id for guild_id, home in self._homes.items() if home is source)
            guilds = [guild_id for guild_id in at_home if only in (None, guild_id)]
            guilds.sort(key=lambda guild_id: turn_to_move(self._residents.get(guild_id)))
            log.warning(
                "Guilds move", slot=self._owner.slot, source=source.name, target=target.name, guilds=len(guilds)
            )
            await asyncio.gather(*(self._move(guild_id, source, target, failed=failed) for guild_id in guilds))
        finally:
            source.busy -= 1
            target.busy -= 1

    async def _connected(self, link: NodeLink) -> bool:
        try:
            async with asyncio.timeout(MEET_SECONDS):
                await link.tried.wait()
        except TimeoutError:
            return False
        return link.connected

    async def _move(self, guild_id: int, source: NodeLink, target: NodeLink, *, failed: bool) -> None:
        async with self._fleet.turn(target.name):
            resident = self._residents.get(guild_id)
            if resident is None or self._homes.get(guild_id) is not source:
                return
            self._set_home(guild_id, target)
            MOVES.labels("failed" if failed else "drained").inc()
            now_ms = self._owner.now_ms()
            try:
                await resident.moved(NodeLost(now_ms - int(source.away_for * 1000) if failed else now_ms))
            except Fenced:
                return  # the next owner goes on
        if not failed:
            try:
                await source.session.destroy(guild_id)
            except PortFailed as error:
                log.warning("A player that moved stays behind for now", guild=guild_id, error=str(error))

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _set_home(self, guild_id: int, link: NodeLink) -> None:
        before = self._homes.get(guild_id)
        self._homes[guild_id] = link
        self._fleet.moved(before.name if before else None, link.name)

    def _link_to_a_node(self) -> NodeLink:
        node = self._fleet.choose(spread=self._owner.slot) or self._fleet.any_node(self._owner.slot)
        return self._links.get(node.name) or self._link(node, None)

    def _link(self, node: NodeAddress, known: str | None) -> NodeLink:
        link = self._links[node.name] = NodeLink(self._owner, node, self._fleet.open_session, self._mirror)
        link.start(known)
        return link


def turn_to_move(resident: Resident | None) -> tuple[bool, int, int]:
    """Orders guilds that leave a node: who is heard by people, who has the better plan, who has more people."""
    if resident is None:
        return True, 0, 0
    return resident.listeners == 0, -resident.priority, -resident.listeners
