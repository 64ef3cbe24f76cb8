"""Tells people every few seconds which guilds of this process play where, and what the nodes say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import structlog

from project.wire.fleet_reports import NodeReport, NodeShare, SlotReport
from workers.audio.node_link import NodeLink
from workers.audio.owned_slot import OwnedSlot
from workers.node_ports import NodeFigures
from workers.ports import Away, PortFailed
from workers.staff_ports import FleetBoard

log = structlog.get_logger()


class FleetWatch:
    """One per process; `clock` gives ms since 1970."""

    def __init__(self, board: FleetBoard, owner: str, clock: Callable[[], int]) -> None:
        self._board, self._owner, self._clock = board, owner, clock
        self._versions: dict[str, tuple[str, int]] = {}
        """Node -> its version, and how long it was up when it was asked: one that was restarted is asked anew."""

    async def tell(self, owned: Sequence[OwnedSlot], known: Iterable[str]) -> None:
        """What is so now; `known` are the names of all nodes."""
        slots = [slot for slot in owned if not slot.lost]
        reports = {slot.slot: self._report(slot) for slot in slots}
        elsewhere = {slot.slot: _elsewhere(slot) for slot in slots}
        nodes = {link.name: await self._node(link) for link in _heard(slots)}
        try:
            await self._board.show(reports, elsewhere, nodes, dict.fromkeys(known, self._clock()))
        except Away as error:
            log.info("Slots and nodes are not shown to anybody", error=str(error))

    def _report(self, slot: OwnedSlot) -> SlotReport:
        homes, primary = slot.nodes.homes(), slot.nodes.primary
        players: dict[str, int] = {}
        playing: dict[str, int] = {}
        for actor in slot.actors:
            node = homes.get(actor.guild_id) or primary
            if node is not None:
                players[node] = players.get(node, 0) + 1
                playing[node] = playing.get(node, 0) + actor.playing
        return SlotReport(
            owner=self._owner,
            epoch=slot.epoch,
            at_ms=self._clock(),
            primary=primary,
            nodes={node: NodeShare(players=count, playing=playing[node]) for node, count in players.items()},
            open_commands=len(slot.in_mailbox()),
        )

    async def _node(self, link: NodeLink) -> NodeReport:
        told = link.session.figures
        if told is None:
            return NodeReport(seen_ms=self._clock())
        return NodeReport(
            seen_ms=self._clock(),
            players=told.players,
            playing=told.playing,
            system_load=told.system_load,
            lavalink_load=told.lavalink_load,
            cores=told.cores,
            memory_bytes=told.memory_bytes,
            uptime_ms=told.uptime_ms,
            frames_deficit=told.frames_deficit,
            version=await self._version(link, told),
        )

    async def _version(self, link: NodeLink, told: NodeFigures) -> str:
        version, up_ms = self._versions.get(link.name, ("", 0))
        if not version or told.uptime_ms < up_ms:
            try:
                version = await link.session.version()
            except PortFailed as error:
                log.info("A node does not tell its version", node=link.name, error=str(error))
        self._versions[link.name] = (version, told.uptime_ms)
        return version


def _elsewhere(slot: OwnedSlot) -> dict[int, str]:
    primary = slot.nodes.primary
    return {guild_id: node for guild_id, node in slot.nodes.homes().items() if node != primary}


def _heard(slots: Iterable[OwnedSlot]) -> list[NodeLink]:
    """One link to each node that is heard now, with figures if any link has them."""
    links: dict[str, NodeLink] = {}
    for slot in slots:
        for link in slot.nodes.links:
            if link.connected and link.away_for == 0:
                best = links.get(link.name)
                if best is None or best.session.figures is None:
                    links[link.name] = link
    return list(links.values())
