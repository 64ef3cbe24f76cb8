"""Carries out what a player wants of its Lavalink node, and brings the two together again when that failed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from project.spawned import ended
from workers.player.effects import ConnectVoice, DestroyPlayer, Effect, SetPaused, StartTrack, StopTrack
from workers.player.facts import Fact, PlayerAdopted, TrackEnded
from workers.ports import Away, NodeRefused, NodeSession, PortFailed, VoiceMirror

log = structlog.get_logger()

RESYNC_SECONDS = 1.0
"""Pause before asking a node that did not answer what it is really doing."""


class SlotSession(Protocol):
    """What the hands need of their slot."""

    slot: int
    epoch: int
    lost: bool
    connected: bool
    session: NodeSession


class NodeHands:
    """The node side of one guild. Nothing here raises: a failure becomes a fact or a later look at the node."""

    def __init__(
        self,
        guild_id: int,
        slot: SlotSession,
        mirror: VoiceMirror,
        report: Callable[[Fact], None],
        clock: Callable[[], int],
    ) -> None:
        self._guild_id = guild_id
        self._slot = slot
        self._mirror = mirror
        self._report = report
        self._clock = clock
        self._resync: asyncio.Task[None] | None = None

    async def perform(self, effect: Effect) -> None:
        """Carry out one effect, unless the slot is another's or its node is away (adoption applies it later)."""
        if self._slot.lost or not self._slot.connected:
            return
        try:
            await self._perform(effect)
        except Away as error:
            log.warning("The node did not answer", guild=self._guild_id, effect=type(effect).__name__, error=str(error))
            self._look_later()
        except NodeRefused as error:
            log.error("The node refused", guild=self._guild_id, effect=type(effect).__name__, error=str(error))
            if isinstance(effect, StartTrack):
                self._report(TrackEnded(effect.entry.id, "loadFailed", self._clock()))

    async def close(self) -> None:
        """End a look that is under way."""
        if self._resync is not None:
            await ended(self._resync)

    async def _perform(self, effect: Effect) -> None:
        session, guild = self._slot.session, self._guild_id
        match effect:
            case StartTrack():
                await session.start(guild, effect, self._slot.epoch)
            case StopTrack():
                await session.stop(guild)
            case SetPaused(paused):
                await session.set_paused(guild, paused)
            case ConnectVoice():
                await self._connect_voice()
            case DestroyPlayer():
                await session.destroy(guild)
            case _:
                raise TypeError(f"{type(effect).__name__} is not for the node")

    async def _connect_voice(self) -> None:
        credentials = await self._mirror.credentials(self._guild_id)
        if credentials is None:
            log.debug("No voice credentials yet", guild=self._guild_id)
            return
        await self._slot.session.set_voice(self._guild_id, credentials)

    def _look_later(self) -> None:
        if self._resync is None or self._resync.done():
            self._resync = asyncio.create_task(self._look())

    async def _look(self) -> None:
        """Ask the node what it does until it answers; the core compares revisions and applies what is missing."""
        while not self._slot.lost:
            await asyncio.sleep(RESYNC_SECONDS)
            try:
                living = await self._slot.session.players()
            except PortFailed as error:
                log.warning("The node still does not answer", guild=self._guild_id, error=str(error))
                continue
            live = next((player for player in living if player.guild_id == self._guild_id), None)
            self._report(PlayerAdopted(live, self._clock()))
            return
