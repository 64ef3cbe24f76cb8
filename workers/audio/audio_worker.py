"""Everything that lives inside this process's slots, and the regular work on it; the slot keeper hands slots to it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from project import tracing
from project.spawned import ended
from project.task_queues import slot_of
from project.wire.fleet_reports import REPORT_SECONDS
from project.wire.messages import Command, Suggest, inbound_from_dict
from workers.adapters.node_names import NodeNames
from workers.audio.actor_ports import ActorPorts
from workers.audio.fleet import Fleet
from workers.audio.fleet_watch import FleetWatch
from workers.audio.metrics import SLOT_CHANGES, SLOT_TAKE_SECONDS, Measures, count_command
from workers.audio.obedience import Obedience
from workers.audio.owned_slot import OwnedSlot
from workers.ports import Away, Fenced, NodeAddress, SessionMirror
from workers.staff_ports import FleetBoard, StaffBoard

log = structlog.get_logger()

KEEP_SECONDS = 5.0
"""How often positions are saved and active guilds are named again (Redis may have been emptied)."""
WATCH_SECONDS = 0.25
"""How often nodes are looked after."""
LISTEN_SECONDS = 1.0
"""How often it is asked whether what plays is heard."""
NAMES_SECONDS = 5.0
"""How often DNS is asked for nodes; a pod that ends plays on for two minutes."""
SWEEP_SECONDS = 60.0
"""How often players that nobody asked for are destroyed."""


class AudioWorker:
    """Implements workers.audio.runtime.SlotHandler."""

    def __init__(
        self,
        *,
        ports: ActorPorts,
        fleet: Fleet,
        names: NodeNames,
        started_within: Callable[[NodeAddress, float], Awaitable[bool]],
        sessions: SessionMirror,
        slots: int,
        owner: str,
        listen: Callable[[Callable[[int | None], None], Callable[[], None]], Coroutine[Any, Any, None]],
        wishes: StaffBoard,
        shown: FleetBoard,
        close: Callable[[], Awaitable[None]],
    ) -> None:
        self._close = close
        self._ports = ports
        self._started_within = started_within
        self._fleet, self._names, self._sessions = fleet, names, sessions
        self._slots = slots
        self._owner = owner
        self._owned: dict[int, OwnedSlot] = {}
        self._measures = Measures()
        self._watch = FleetWatch(shown, owner, ports.clock)
        self._obedience = Obedience(wishes, fleet, self._in_voice, self.terms_changed)
        self._keeping = [
            asyncio.create_task(regularly(KEEP_SECONDS, self._keep)),
            asyncio.create_task(regularly(WATCH_SECONDS, self._watch_nodes)),
            asyncio.create_task(regularly(LISTEN_SECONDS, self._listen)),
            asyncio.create_task(regularly(KEEP_SECONDS, self._measure)),
            asyncio.create_task(regularly(REPORT_SECONDS, self._show)),
            asyncio.create_task(regularly(NAMES_SECONDS, self._look_up_nodes)),
            asyncio.create_task(regularly(SWEEP_SECONDS, self._sweep)),
            asyncio.create_task(listen(self.terms_changed, self._obedience.hurry), name="guild news"),
            asyncio.create_task(self._obedience.run(), name="obedience"),
        ]

    async def taken(self, slot: int, epoch: int, trusted: Callable[[], bool] = lambda: True) -> None:
        """See SlotHandler."""
        owned = OwnedSlot(slot, epoch, self._fleet, self._sessions, self._ports, trusted)
        try:
            with SLOT_TAKE_SECONDS.time():
                await owned.take(self._owner)
        except BaseException:
            await owned.release()
            raise
        self._owned[slot] = owned
        SLOT_CHANGES.labels("taken").inc()

    async def released(self, slot: int) -> None:
        """See SlotHandler."""
        owned = self._owned.pop(slot, None)
        if owned is not None:
            SLOT_CHANGES.labels("released").inc()
            await self._save_positions(owned)
            await owned.release()

    async def lost(self, slot: int) -> None:
        """See SlotHandler."""
        owned = self._owned.pop(slot, None)
        if owned is not None:
            SLOT_CHANGES.labels("lost").inc()
            await owned.lose()

    async def deliver(self, argument: dict[str, Any], task_id: str) -> str:
        """See SlotHandler."""
        message = inbound_from_dict(argument)
        owned = self._owned.get(slot_of(message.guild_id, self._slots))
        if owned is None or owned.lost:
            raise Fenced("the guild's slot is not held here")
        if not isinstance(message, Command):
            return await owned.event(message)
        log.info(
            "Received command",
            command=message.id,
            guild=message.guild_id,
            slot=owned.slot,
            order=message.order.__struct_config__.tag,
            task=task_id,
            trace=message.trace_id,
        )
        if isinstance(message.order, Suggest):
            return await self._suggest(owned, message, message.order)
        return await self._command(owned, message)

    async def _command(self, owned: OwnedSlot, command: Command) -> str:
        kind, began = str(command.order.__struct_config__.tag), time.monotonic()
        received_ms = self._ports.clock()
        with tracing.part(command.id, "task", order=kind, slot=owned.slot):
            word = await owned.command(command)
        count_command(kind, word, began, received_ms - (command.received_ms or received_ms))
        return word

    async def _suggest(self, owned: OwnedSlot, command: Command, order: Suggest) -> str:
        choices = await owned.suggest(command, order.words)
        if choices is None:
            return "nobody looked"
        await self._ports.speaker.suggest(command.guild_id, command.id, choices)
        return f"{len(choices)} suggestions"

    def in_mailbox(self, slot: int) -> set[str]:
        """See SlotHandler."""
        owned = self._owned.get(slot)
        return owned.in_mailbox() if owned else set()

    async def stopped(self) -> None:
        """See SlotHandler."""
        await ended(*self._keeping)
        for slot in list(self._owned):
            await self.released(slot)
        await self._ports.speaker.close()
        await self._ports.changes.close()
        await self._ports.troubles.close()
        await self._close()

    async def redis_emptied(self) -> None:
        """See SlotHandler: the gateway publishes voice events only of guilds that are named as active."""
        for owned in list(self._owned.values()):
            await owned.name_active_guilds()
            for link in owned.nodes.links:
                await link.mirror()
        await self._ports.terms.redis_emptied()

    def terms_changed(self, guild_id: int | None) -> None:
        """A guild's settings or plan changed; None: anybody's may have, unheard."""
        self._ports.terms.drop(guild_id)
        if guild_id is not None and (owned := self._owned.get(slot_of(guild_id, self._slots))) is not None:
            owned.terms_changed(guild_id)

    def _in_voice(self, guild_id: int) -> bool:
        owned = self._owned.get(slot_of(guild_id, self._slots))
        return owned is not None and owned.in_voice(guild_id)

    async def _keep(self) -> None:
        for owned in list(self._owned.values()):
            await self._save_positions(owned)
            await owned.name_active_guilds()

    async def _watch_nodes(self) -> None:
        for owned in list(self._owned.values()):
            owned.nodes.check()

    async def _measure(self) -> None:
        self._measures.take(self._owned.values(), self._fleet)

    async def _show(self) -> None:
        await self._watch.tell(list(self._owned.values()), self._fleet.load())

    async def _listen(self) -> None:
        self._measures.beat(LISTEN_SECONDS)
        for owned in list(self._owned.values()):
            for actor in owned.actors:
                actor.listen()

    async def _look_up_nodes(self) -> None:
        self._fleet.know(await self._names.look())
        for node, seconds in self._fleet.drained_for():
            if await self._started_within(node, seconds):
                log.info("A drained Lavalink node was started anew", node=node.name)
                self._fleet.recovered(node.name)

    async def _sweep(self) -> None:
        for owned in list(self._owned.values()):
            owned.nodes.rebalance()
            for link in owned.nodes.links:
                if link.connected:
                    await link.sweep()

    async def _save_positions(self, owned: OwnedSlot) -> None:
        clocks = [clock for actor in owned.actors if (clock := actor.position()) is not None]
        if not clocks:
            return
        try:
            await self._ports.store.save_positions(owned.slot, owned.epoch, clocks)
        except Away as error:
            log.warning("Positions could not be saved", slot=owned.slot, error=str(error))


async def regularly(seconds: float, job: Callable[[], Awaitable[None]]) -> None:
    """Do it again and again; a failure is logged and ends nothing."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await job()
        except Exception:
            log.exception("A regular job stumbled", job=job.__name__)
