"""A slot while this process owns it: its epoch, the nodes it plays on, and the actors of its guilds."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

import structlog

from project.wire.messages import READS, Choice, Command, GuildEvent
from workers.audio.actor import GuildActor
from workers.audio.actor_ports import ActorPorts
from workers.audio.fleet import Fleet
from workers.audio.guild_place import GuildPlace
from workers.audio.ledger import Ledger
from workers.audio.node_hands import ClaimDue, Looked
from workers.audio.node_link import NodeLink
from workers.audio.slot_nodes import SlotNodes
from workers.node_ports import Opened
from workers.player.effects import MoveTo
from workers.player.facts import Fact, LivePlayer, Woken
from workers.player.limits import GuildRules, Limits
from workers.player.outcomes import Denied, Said
from workers.ports import Away, Fenced, PlayerStore, SavedPlayer, SessionMirror

log = structlog.get_logger()

TYPED_ON_MS = 1_000
"""Whoever types is answered after 0.4 s, with whatever is known by then; the rest is for clocks that differ."""
TYPING_MAX = 64
"""Guilds without a player whose terms a slot keeps because somebody types there."""


class OwnedSlot:
    """Everything that moves together when a worker comes, goes or dies (DESIGN §2). Implements node_link.LinkOwner."""

    def __init__(
        self,
        slot: int,
        epoch: int,
        fleet: Fleet,
        sessions: SessionMirror,
        ports: ActorPorts,
        trusted: Callable[[], bool] = lambda: True,
    ) -> None:
        self.slot = slot
        self.epoch = epoch
        self.trusted = trusted
        """Whether the slot's lease is certain at this moment."""
        self.lost = False
        """Another owner was seen: nothing of this slot may be touched any more."""
        self._ports = ports
        self._actors: dict[int, GuildActor] = {}
        self._typing: OrderedDict[int, None] = OrderedDict()
        self.nodes = SlotNodes(self, fleet, sessions, self._actors)

    @property
    def store(self) -> PlayerStore:
        """Where the slot's players are kept."""
        return self._ports.store

    @property
    def actors(self) -> Sequence[GuildActor]:
        """The guilds in memory."""
        return tuple(self._actors.values())

    def now_ms(self) -> int:
        """ms since 1970."""
        return self._ports.clock()

    def terms(self, guild_id: int) -> tuple[Limits, GuildRules]:
        """What the guild's plan and rules allow."""
        return self._ports.terms.known(guild_id)

    # -- its life ------------------------------------------------------------------------------------------------------

    async def take(self, owner: str) -> None:
        """Fence the owner before and load the players; raises Fenced, Away. The nodes are met in the background."""
        if not await self.store.take_slot(self.slot, self.epoch, owner):
            raise Fenced(f"slot {self.slot} belongs to a newer epoch than {self.epoch}")
        players = await self.store.load_slot(self.slot, self.epoch)
        await self._ports.terms.load(saved.state.guild_id for saved in players)
        for saved in players:
            self._add(saved.state.guild_id, saved)
        known = await self.store.sessions(self.slot)
        await self.name_active_guilds()
        self.nodes.start(known)

    async def release(self) -> None:
        """Leave the sessions to the next owner: music plays on. Nothing may run any more."""
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
            await asyncio.gather(*(actor.close() for actor in self.actors))
        finally:
            self._ports.terms.forget(*self._actors, *self._typing)
            self._actors.clear()
            self._typing.clear()
            await self.nodes.close()

    # -- what comes in -------------------------------------------------------------------------------------------------

    async def command(self, command: Command) -> str:
        """Queue it in the guild's mailbox before the first await; ends when its outcome is on its way to Discord."""
        if command.is_too_late(self.now_ms()):
            return await self._too_late(command)
        return await self._actor(command.guild_id).command(command)

    async def _too_late(self, command: Command) -> str:
        """The audio workers were away for long: music that begins now is wanted by nobody, and nobody can be told."""
        log.warning("A command came too late", slot=self.slot, guild=command.guild_id, command=command.id)
        conclusion = Denied(key="command.too_late")
        if not isinstance(command.order, READS):
            await Ledger(command.guild_id, self, self.store).record(command, conclusion)
        return type(conclusion).__name__

    async def event(self, event: GuildEvent) -> str:
        """The same for what happened at Discord."""
        return await self._actor(event.guild_id).event(event)

    async def suggest(self, command: Command, words: str) -> tuple[Choice, ...] | None:
        """Needs no player: nothing changes, and who types must not wait for those who act. None: nobody has looked."""
        guild_id, terms = command.guild_id, self._ports.terms
        received_ms = command.received_ms
        if received_ms is not None and self.now_ms() - received_ms > TYPED_ON_MS:
            return None
        await terms.refresh(guild_id)
        _, rules = terms.known(guild_id)
        self._types(guild_id)
        return await self._ports.suggestions.find(command.id, words, rules)

    def _types(self, guild_id: int) -> None:
        """The next letter comes at once: what the guild wants stays known, of the guilds that typed last."""
        self._typing[guild_id] = None
        self._typing.move_to_end(guild_id)
        while len(self._typing) > TYPING_MAX:
            oldest, _ = self._typing.popitem(last=False)
            if oldest not in self._actors:
                self._ports.terms.forget(oldest)

    def terms_changed(self, guild_id: int) -> None:
        """Have the guild's player look at them at once: it may have stayed too long in an empty channel by now."""
        if (actor := self._actors.get(guild_id)) is not None:
            actor.fact(Woken("empty", self.now_ms()))

    def in_voice(self, guild_id: int) -> bool:
        """Whether the guild's player is in memory and wants to be in a channel."""
        return (actor := self._actors.get(guild_id)) is not None and actor.in_voice

    def in_mailbox(self) -> set[str]:
        """Ids of commands that were accepted and have no outcome yet."""
        return {command_id for actor in self.actors for command_id in actor.open_ids}

    def forget(self, guild_id: int) -> None:
        """A guild with nothing to play needs no memory."""
        self._actors.pop(guild_id, None)
        self._ports.terms.forget(guild_id)
        self.nodes.forget(guild_id)

    def _actor(self, guild_id: int) -> GuildActor:
        actor = self._actors.get(guild_id)
        if actor is None:
            actor = self._add(guild_id)
            self.nodes.settle(guild_id)
        return actor

    def _add(self, guild_id: int, saved: SavedPlayer | None = None) -> GuildActor:
        actor = self._actors[guild_id] = GuildActor(guild_id, GuildPlace(self, guild_id), self._ports, saved)
        return actor

    # -- the nodes -----------------------------------------------------------------------------------------------------

    def link_of(self, guild_id: int) -> NodeLink:
        """Where the guild's player is, or would be."""
        return self.nodes.link_of(guild_id)

    def play_elsewhere(self, guild_id: int, wanted: str | None = None) -> Said:
        """Have the guild move to that node, else to any other; says where to, or why not."""
        return self.nodes.play_elsewhere(guild_id, wanted)

    def looks_for(self, guild_id: int) -> bool:
        """Whether a look at its node is due for the guild."""
        return self.nodes.link_of(guild_id).looks_for(guild_id)

    def heard(self, link: NodeLink, guild_id: int, fact: Fact) -> None:
        """See LinkOwner."""
        self.nodes.heard(link, guild_id, fact)

    def met(self, link: NodeLink, opened: Opened) -> None:
        """See LinkOwner."""
        self.nodes.met(link, opened)

    def missed(self, link: NodeLink) -> None:
        """See LinkOwner."""
        self.nodes.missed(link)

    def strays(self, link: NodeLink, living: Mapping[int, LivePlayer]) -> list[int]:
        """See LinkOwner. Where no player is wanted at all its former owner may not have come to tell Discord.

        One who comes back meanwhile does so under a higher revision, or a newer epoch, and that holds (MoveVoice).
        """
        strays = self.nodes.strays(link, living)
        for guild_id in strays:
            if guild_id not in self._actors:
                self._ports.speaker.move(guild_id, MoveTo(None, living[guild_id].rev), self.epoch)
        return strays

    def performed(self) -> Mapping[int, int]:
        """See LinkOwner."""
        return {guild_id: actor.performed for guild_id, actor in self._actors.items()}

    def looked(self, link: NodeLink, guild_id: int, look: Looked | ClaimDue) -> None:
        """See LinkOwner; an answer of a node that the guild has left says nothing."""
        actor = self._actors.get(guild_id)
        if actor is not None and self.nodes.link_of(guild_id) is link:
            actor.looked(look)
