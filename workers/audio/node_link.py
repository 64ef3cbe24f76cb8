"""One slot's session on one node: met however long it is away, asked while another holds its socket, and looked at."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

import structlog

from project.spawned import Spawned
from workers.audio.counted import STRAYS
from workers.audio.node_hands import ClaimDue, Looked
from workers.node_ports import NodeSession, Opened
from workers.player.facts import Fact, LivePlayer
from workers.ports import Away, Fenced, NodeAddress, PlayerStore, PortFailed, SessionMirror

log = structlog.get_logger()

REOPEN_SECONDS = 2.0
"""Pause between tries to reach a node that is away."""
LOOK_SECONDS = 1.0
"""Pause before a node that did not answer is asked what it is really doing."""
POLL_SECONDS = 1.0
"""How often players are asked for on a session whose events go to a frozen owner's socket."""
CLAIM_SECONDS = 0.25
"""Pause between players that are marked as ours after a take-over."""
SAVE_AGAIN_SECONDS = 1.0
"""Pause between tries to write down a session; without it the next owner would start the music anew."""


class LinkOwner(Protocol):
    """What a link needs of its slot."""

    slot: int
    epoch: int
    lost: bool

    @property
    def store(self) -> PlayerStore:
        """Where the slot's sessions are kept."""

    def heard(self, link: NodeLink, guild_id: int, fact: Fact) -> None:
        """The node says something of a guild."""

    def now_ms(self) -> int:
        """ms since 1970."""

    def met(self, link: NodeLink, opened: Opened) -> None:
        """The session is open; its events are let through when this returns."""

    def missed(self, link: NodeLink) -> None:
        """The node could not be met this time."""

    def performed(self) -> Mapping[int, int]:
        """How often the node was told something for each guild in memory."""

    def looked(self, link: NodeLink, guild_id: int, look: Looked | ClaimDue) -> None:
        """What the node does for a guild, or that it is its turn to be marked."""

    def strays(self, link: NodeLink, living: Mapping[int, LivePlayer]) -> list[int]:
        """Guilds of those living that have no business on this node."""


class NodeLink:
    """Begin with `start`, end with `close` or `retire`."""

    def __init__(
        self,
        owner: LinkOwner,
        node: NodeAddress,
        open_session: Callable[[NodeAddress, Callable[[str], None]], NodeSession],
        mirror: SessionMirror,
    ) -> None:
        self.name = node.name
        self.session = open_session(node, self._session_changed)
        self.connected = False
        """The session is open; while it is not, players are only desired state."""
        self.tried = asyncio.Event()
        """It was met, or could not be met the first time."""
        self.busy = 0
        """How many moves of guilds from it or to it are under way."""
        self._missed_since = 0.0
        self._owner, self._mirror = owner, mirror
        self._background = Spawned()
        self._looked_for: set[int] = set()
        self._unclaimed: dict[int, None] = {}
        self._session_id: str | None = None

    @property
    def away_for(self) -> float:
        """Seconds since the node was last heard; 0 while all is well or it was not met yet."""
        if self.connected:
            return self.session.away_for
        return time.monotonic() - self._missed_since if self.tried.is_set() else 0.0

    def start(self, known: str | None) -> None:
        """Meet the node in the background; `known` is the session to resume."""
        self._background.start(self._open(known), "open session")

    async def close(self) -> None:
        """Leave the session to the next owner: music plays on."""
        try:
            await self._background.close()
        finally:
            self.connected = False
            await self.session.close(keep=True)

    async def retire(self) -> None:
        """Nothing of the slot is on this node any more: end the session with whatever still plays there."""
        self.connected = False
        await self._background.close()
        await self.session.close(keep=False)
        if self._session_id is None:
            return
        try:
            await self._mirror.forget_session(self._owner.slot, self.name)
            await self._owner.store.drop_session(self._owner.slot, self._owner.epoch, self.name, self._session_id)
        except PortFailed as error:
            log.warning("A session that ended stays written down", slot=self._owner.slot, error=str(error))

    # -- meeting the node ----------------------------------------------------------------------------------------------

    async def _open(self, known: str | None) -> None:
        while not self._owner.lost:
            try:
                opened = await self.session.open(known, partial(self._owner.heard, self))
            except PortFailed as error:
                log.warning("The node is away; trying on", slot=self._owner.slot, node=self.name, error=str(error))
                if not self.tried.is_set():
                    self._missed_since = time.monotonic()
                    self.tried.set()
                self._owner.missed(self)
                await asyncio.sleep(REOPEN_SECONDS)
            else:
                self._met(opened)
                return

    def _met(self, opened: Opened) -> None:
        self.connected = True
        self.tried.set()
        self._background.start(self._remember(opened.session_id), "remember session")
        self._owner.met(self, opened)
        self.session.release_events()
        if opened.held:
            log.warning("A frozen owner holds the session; it is asked for its players", slot=self._owner.slot)
            self._background.start(self._poll(), "poll")
        self._background.start(self.sweep(adopted=False), "sweep")

    def _session_changed(self, session_id: str) -> None:
        """The node gave another session after a drop; the next owner must know it."""
        self._background.start(self._remember(session_id), "remember session")

    async def _remember(self, session_id: str) -> None:
        self._session_id = session_id
        while not self._owner.lost:
            try:
                await self._owner.store.save_session(self._owner.slot, self._owner.epoch, self.name, session_id)
                break
            except Away as error:
                log.warning("A session could not be saved yet", slot=self._owner.slot, error=str(error))
                await asyncio.sleep(SAVE_AGAIN_SECONDS)
            except Fenced:
                self._owner.lost = True
                return
        await self.mirror()

    async def mirror(self) -> None:
        """Write the session where operators see it, also after Redis was emptied."""
        if self._session_id is None:
            return
        try:
            await self._mirror.remember_session(self._owner.slot, self.name, self._session_id)
        except Away as error:
            log.info("A session is not mirrored", slot=self._owner.slot, error=str(error))

    # -- looks at what the node really does ----------------------------------------------------------------------------

    def looks_for(self, guild_id: int) -> bool:
        """Whether a look is due for the guild."""
        return guild_id in self._looked_for

    def look_later(self, guild_id: int) -> None:
        """Ask the node what it does for a guild, as soon as it answers; one question serves all guilds."""
        if not self._looked_for:
            self._background.start(self._look(), "look")
        self._looked_for.add(guild_id)

    def claim_later(self, guild_id: int) -> None:
        """Have its player marked with our epoch in its turn: thousands at once would hold up commands."""
        if not self._unclaimed:
            self._background.start(self._claim(), "claim")
        self._unclaimed[guild_id] = None

    async def _claim(self) -> None:
        while self._unclaimed:
            guild_id = next(iter(self._unclaimed))
            self._owner.looked(self, guild_id, ClaimDue())
            await asyncio.sleep(CLAIM_SECONDS)
            self._unclaimed.pop(guild_id, None)

    async def sweep(self, *, adopted: bool = True) -> None:
        """Destroy players that have no business here (TRAPS 13), and, once all are adopted, look at those that a former
        owner has told something since.
        """
        try:
            living = {player.guild_id: player for player in await self.session.players()}
            strays = self._owner.strays(self, living)
            for guild_id in strays:
                log.info("A stray player is destroyed", slot=self._owner.slot, node=self.name, guild=guild_id)
                await self.session.destroy(guild_id)
                STRAYS.inc()
            for guild_id in self._foreign(living).difference(strays) if adopted else ():
                self.look_later(guild_id)
        except PortFailed as error:
            log.warning("Strays stay for now", slot=self._owner.slot, node=self.name, error=str(error))

    def _foreign(self, living: Mapping[int, LivePlayer]) -> set[int]:
        """Guilds whose track carries another epoch than ours, although it had been marked."""
        epoch, due = self._owner.epoch, self._unclaimed
        return {guild for guild, live in living.items() if live.entry and live.epoch != epoch and guild not in due}

    async def _look(self) -> None:
        while not self._owner.lost:
            await asyncio.sleep(LOOK_SECONDS)
            performed = self._owner.performed()
            try:
                living = {player.guild_id: player for player in await self.session.players()}
            except PortFailed as error:
                log.warning("The node still does not answer", slot=self._owner.slot, error=str(error))
                continue
            asked, self._looked_for = self._looked_for, set()
            for guild_id in asked & performed.keys():
                self._owner.looked(self, guild_id, Looked(living.get(guild_id), performed[guild_id]))
            return

    async def _poll(self) -> None:
        """Until events come here again, and once more: what ended meanwhile was told to the frozen owner."""
        while not self._owner.lost:
            held = self.session.held
            performed = self._owner.performed()
            try:
                living = {player.guild_id: player for player in await self.session.players()}
            except PortFailed as error:
                log.info("A held session does not answer", slot=self._owner.slot, node=self.name, error=str(error))
            else:
                for guild_id, count in performed.items():
                    self._owner.looked(self, guild_id, Looked(living.get(guild_id), count, polled=True))
                if not held:
                    return
            await asyncio.sleep(POLL_SECONDS)
