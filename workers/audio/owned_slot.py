"""A slot while this process owns it: its epoch, its Lavalink session, and the actors of its guilds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from project.spawned import ended
from project.wire.messages import Command, VoiceEvent
from workers.audio.actor import ActorPorts, GuildActor
from workers.player.facts import Fact, LivePlayer, PlayerAdopted
from workers.player.limits import GuildRules, Limits
from workers.ports import Away, Fenced, NodeRefused, NodeSession, PlayerStore, PortFailed, SavedPlayer

log = structlog.get_logger()

REOPEN_SECONDS = 2.0
"""Pause between tries to reach a node that was away when the slot was taken."""


class OwnedSlot:
    """Everything that moves together when a worker comes, goes or dies (DESIGN §2)."""

    def __init__(
        self, slot: int, epoch: int, open_session: Callable[[Callable[[str], None]], NodeSession], ports: ActorPorts
    ) -> None:
        self.slot = slot
        self.epoch = epoch
        self.session = open_session(self._session_changed)
        self.connected = False
        """The node's session is open; while it is not, players are only desired state."""
        self.lost = False
        """Another owner was seen: nothing of this slot may be touched any more."""
        self._ports = ports
        self._actors: dict[int, GuildActor] = {}
        self._opening: asyncio.Task[None] | None = None
        self._saving: asyncio.Task[None] | None = None

    @property
    def store(self) -> PlayerStore:
        """Where the slot's players are kept."""
        return self._ports.store

    @property
    def actors(self) -> Sequence[GuildActor]:
        """The guilds in memory."""
        return tuple(self._actors.values())

    def terms(self, _guild_id: int) -> tuple[Limits, GuildRules]:
        """What the guild's plan and rules allow."""
        return Limits(), GuildRules()

    async def take(self, owner: str) -> None:
        """Fence the owner before, adopt what plays, and let the session speak; raises Fenced, Away."""
        if not await self.store.take_slot(self.slot, self.epoch, owner):
            raise Fenced(f"slot {self.slot} belongs to a newer epoch than {self.epoch}")
        saved = await self.store.load_slot(self.slot, self.epoch)
        for player in saved:
            self._actors[player.state.guild_id] = self._restored(player)
        try:
            await self._open()
        except (Away, NodeRefused) as error:
            log.warning("The node is away; trying on", slot=self.slot, node=self.session.node.name, error=str(error))
            self._opening = asyncio.create_task(self._open_later())
        if saved:
            await self._ports.mirror.activate_all(tuple(self._actors))

    async def release(self) -> None:
        """Leave the session to the next owner: music plays on. Nothing may run any more."""
        await self._stop(keep=True)

    async def lose(self) -> None:
        """Another owner was seen: touch nothing, only let go."""
        self.lost = True
        await self._stop(keep=True)

    async def command(self, command: Command) -> str:
        """Queue it in the guild's mailbox before the first await; ends when its outcome is on its way to Discord."""
        return await self._actor(command.guild_id).command(command)

    async def event(self, event: VoiceEvent) -> str:
        """The same for what happened at Discord."""
        return await self._actor(event.guild_id).event(event)

    def in_mailbox(self) -> set[str]:
        """Ids of commands that were accepted and have no outcome yet."""
        return {command_id for actor in self._actors.values() for command_id in actor.waiting}

    def forget(self, actor: GuildActor) -> None:
        """A guild with nothing to play needs no memory."""
        self._actors.pop(actor.guild_id, None)

    def take_fact(self, guild_id: int, fact: Fact) -> None:
        """A fact from the node, in its order. Guilds that nobody asked for are strays of an owner before."""
        actor = self._actors.get(guild_id)
        if actor is not None:
            actor.fact(fact)

    async def remember_session(self, session_id: str) -> None:
        """Write down a session for the next owner; a failure is mended with the next change of session."""
        try:
            await self.store.save_session(self.slot, self.epoch, self.session.node.name, session_id)
        except Away as error:
            log.warning("A session could not be saved", slot=self.slot, error=str(error))

    def _session_changed(self, session_id: str) -> None:
        """The node gave another session after a drop; the next owner must know it."""
        self._saving = asyncio.create_task(self.remember_session(session_id))

    async def _open(self) -> None:
        known = await self.store.session_id(self.slot, self.session.node.name)
        opened = await self.session.open(known, self.take_fact)
        await self.remember_session(opened.session_id)
        self.connected = True
        now_ms = self._ports.clock()
        living = {player.guild_id: player for player in opened.players}
        for guild_id, actor in self._actors.items():
            actor.fact(PlayerAdopted(living.pop(guild_id, None), now_ms))
        self.session.release_events()
        await self._destroy_strays(list(living.values()))
        log.info(
            "Slot opened",
            slot=self.slot,
            node=self.session.node.name,
            resumed=opened.resumed,
            players=len(opened.players),
            strays=len(living),
        )

    async def _open_later(self) -> None:
        while not self.lost:
            await asyncio.sleep(REOPEN_SECONDS)
            try:
                await self._open()
            except (Away, NodeRefused) as error:
                log.warning("The node is still away", slot=self.slot, node=self.session.node.name, error=str(error))
                continue
            return

    async def _destroy_strays(self, strays: Sequence[LivePlayer]) -> None:
        for stray in strays:
            try:
                await self.session.destroy(stray.guild_id)
            except PortFailed as error:
                log.warning("A stray player stays for now", slot=self.slot, guild=stray.guild_id, error=str(error))

    def _actor(self, guild_id: int) -> GuildActor:
        actor = self._actors.get(guild_id)
        if actor is None:
            actor = self._actors[guild_id] = GuildActor(guild_id, self, self._ports)
        return actor

    def _restored(self, saved: SavedPlayer) -> GuildActor:
        return GuildActor(saved.state.guild_id, self, self._ports, saved)

    async def _stop(self, *, keep: bool) -> None:
        await ended(*(task for task in (self._opening, self._saving) if task is not None))
        for actor in self._actors.values():
            await actor.close()
        self._actors.clear()
        await self.session.close(keep=keep)
