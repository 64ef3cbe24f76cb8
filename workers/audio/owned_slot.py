"""A slot while this process owns it: its epoch, its Lavalink session, and the actors of its guilds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from project.spawned import Spawned
from project.wire.messages import Command, GuildEvent
from workers.audio.actor import GuildActor
from workers.audio.actor_ports import ActorPorts
from workers.audio.node_hands import Looked
from workers.player.facts import Fact, LivePlayer, PlayerAdopted
from workers.player.limits import GuildRules, Limits
from workers.ports import Away, Fenced, NodeSession, PlayerStore, PortFailed

log = structlog.get_logger()

REOPEN_SECONDS = 2.0
"""Pause between tries to reach a node that is away."""
LOOK_SECONDS = 1.0
"""Pause before a node that did not answer is asked what it is really doing."""
SAVE_AGAIN_SECONDS = 1.0
"""Pause between tries to write down a session; without it the next owner would start the music anew."""


class OwnedSlot:
    """Everything that moves together when a worker comes, goes or dies (DESIGN §2)."""

    def __init__(
        self,
        slot: int,
        epoch: int,
        open_session: Callable[[Callable[[str], None]], NodeSession],
        ports: ActorPorts,
        trusted: Callable[[], bool] = lambda: True,
    ) -> None:
        self.slot = slot
        self.epoch = epoch
        self.session = open_session(self._session_changed)
        self.trusted = trusted
        """Whether the slot's lease is certain at this moment."""
        self.connected = False
        """The node's session is open; while it is not, players are only desired state."""
        self.lost = False
        """Another owner was seen: nothing of this slot may be touched any more."""
        self._ports = ports
        self._actors: dict[int, GuildActor] = {}
        self._background = Spawned()
        self._looked_for: set[int] = set()

    @property
    def store(self) -> PlayerStore:
        """Where the slot's players are kept."""
        return self._ports.store

    @property
    def actors(self) -> Sequence[GuildActor]:
        """The guilds in memory."""
        return tuple(self._actors.values())

    def terms(self, guild_id: int) -> tuple[Limits, GuildRules]:
        """What the guild's plan and rules allow."""
        return Limits(), GuildRules()

    # -- its life ------------------------------------------------------------------------------------------------------

    async def take(self, owner: str) -> None:
        """Fence the owner before and load the players; raises Fenced, Away. The node is met in the background."""
        if not await self.store.take_slot(self.slot, self.epoch, owner):
            raise Fenced(f"slot {self.slot} belongs to a newer epoch than {self.epoch}")
        for saved in await self.store.load_slot(self.slot, self.epoch):
            guild_id = saved.state.guild_id
            self._actors[guild_id] = GuildActor(guild_id, self, self._ports, saved)
        await self.name_active_guilds()
        self._background.start(self._open(), "open session")

    async def release(self) -> None:
        """Leave the session to the next owner: music plays on. Nothing may run any more."""
        await self._stop()

    async def lose(self) -> None:
        """Another owner was seen: touch nothing, only let go."""
        self.lost = True
        await self._stop()

    async def name_active_guilds(self) -> None:
        """Have the gateway publish voice events of the guilds in memory, also after Redis was emptied."""
        try:
            await self._ports.mirror.activate_all(tuple(self._actors))
        except Away as error:
            log.warning("Active guilds could not be named", slot=self.slot, error=str(error))

    async def _stop(self) -> None:
        try:
            await self._background.close()
            await asyncio.gather(*(actor.close() for actor in self.actors))
        finally:
            self._actors.clear()
            await self.session.close(keep=True)

    # -- what comes in -------------------------------------------------------------------------------------------------

    async def command(self, command: Command) -> str:
        """Queue it in the guild's mailbox before the first await; ends when its outcome is on its way to Discord."""
        return await self._actor(command.guild_id).command(command)

    async def event(self, event: GuildEvent) -> str:
        """The same for what happened at Discord."""
        return await self._actor(event.guild_id).event(event)

    def take_fact(self, guild_id: int, fact: Fact) -> None:
        """A fact from the node, in its order. Guilds that nobody asked for are strays of an owner before."""
        actor = self._actors.get(guild_id)
        if actor is not None:
            actor.fact(fact)

    def in_mailbox(self) -> set[str]:
        """Ids of commands that were accepted and have no outcome yet."""
        return {command_id for actor in self.actors for command_id in actor.open_ids}

    def forget(self, guild_id: int) -> None:
        """A guild with nothing to play needs no memory."""
        self._actors.pop(guild_id, None)

    def _actor(self, guild_id: int) -> GuildActor:
        actor = self._actors.get(guild_id)
        if actor is None:
            actor = self._actors[guild_id] = GuildActor(guild_id, self, self._ports)
        return actor

    # -- the node's session --------------------------------------------------------------------------------------------

    async def _open(self) -> None:
        """Meet the node, however long it is away."""
        while not self.lost:
            try:
                await self._adopt()
            except Fenced:
                self.lost = True
            except PortFailed as error:
                node = self.session.node.name
                log.warning("The node is away; trying on", slot=self.slot, node=node, error=str(error))
                await asyncio.sleep(REOPEN_SECONDS)
            else:
                return

    async def _adopt(self) -> None:
        known = await self.store.session_id(self.slot, self.session.node.name)
        opened = await self.session.open(known, self.take_fact)
        self.connected = True
        self._background.start(self._remember_session(opened.session_id), "remember session")
        now_ms = self._ports.clock()
        living = {player.guild_id: player for player in opened.players}
        for guild_id, actor in self._actors.items():
            actor.fact(PlayerAdopted(living.pop(guild_id, None), now_ms))
        self.session.release_events()
        log.info(
            "Slot opened",
            slot=self.slot,
            node=self.session.node.name,
            resumed=opened.resumed,
            players=len(opened.players),
            strays=len(living),
        )
        await self._destroy_strays(tuple(living.values()))

    def _session_changed(self, session_id: str) -> None:
        """The node gave another session after a drop; the next owner must know it."""
        self._background.start(self._remember_session(session_id), "remember session")

    async def _remember_session(self, session_id: str) -> None:
        node = self.session.node.name
        while not self.lost:
            try:
                await self.store.save_session(self.slot, self.epoch, node, session_id)
            except Away as error:
                log.warning("A session could not be saved yet", slot=self.slot, node=node, error=str(error))
                await asyncio.sleep(SAVE_AGAIN_SECONDS)
            except Fenced:
                self.lost = True
            else:
                return

    async def _destroy_strays(self, strays: Sequence[LivePlayer]) -> None:
        for stray in strays:
            if stray.guild_id in self._actors:
                continue  # somebody has asked for it since
            try:
                await self.session.destroy(stray.guild_id)
            except PortFailed as error:
                log.warning("A stray player stays for now", slot=self.slot, guild=stray.guild_id, error=str(error))

    # -- a look at what the node really does ---------------------------------------------------------------------------

    def looks_for(self, guild_id: int) -> bool:
        """Whether a look is due for the guild."""
        return guild_id in self._looked_for

    def look_later(self, guild_id: int) -> None:
        """Ask the node what it does for a guild, as soon as it answers; one question serves all guilds."""
        if not self._looked_for:
            self._background.start(self._look(), "look")
        self._looked_for.add(guild_id)

    async def _look(self) -> None:
        while not self.lost:
            await asyncio.sleep(LOOK_SECONDS)
            performed = {guild_id: actor.performed for guild_id, actor in self._actors.items()}
            try:
                living = {player.guild_id: player for player in await self.session.players()}
            except PortFailed as error:
                log.warning("The node still does not answer", slot=self.slot, error=str(error))
                continue
            asked, self._looked_for = self._looked_for, set()
            for guild_id in asked & performed.keys() & self._actors.keys():
                self._actors[guild_id].looked(Looked(living.get(guild_id), performed[guild_id]))
            return
