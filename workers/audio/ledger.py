"""Commits one guild's changes, and heals what an outage of PostgreSQL left uncertain by saving the player whole."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import structlog

from project.wire.messages import Command
from workers.player.effects import Save
from workers.player.guild_player import GuildPlayer
from workers.player.outcomes import Conclusion
from workers.player.track import Entry, EntryStatus
from workers.ports import Away, Fenced, PlayerStore, Recorded

log = structlog.get_logger()

RESAVE_SECONDS = 1.0
"""Pause between tries to save what changed while PostgreSQL was away."""


class SlotFence(Protocol):
    """What a commit needs of its slot."""

    slot: int
    epoch: int
    lost: bool


class Ledger:
    """One guild's way into PostgreSQL.

    After a commit that was not answered nobody knows whether it happened. From then on `unsaved` is true, revisions
    skip one for each unanswered try (a late one is then recognised by its revision), and the next commit writes
    everything that memory knows.
    """

    def __init__(
        self, guild_id: int, slot: SlotFence, store: PlayerStore, counted: Callable[[int], None] = lambda _tracks: None
    ) -> None:
        """`counted` is told how many tracks have begun this month, when one has."""
        self.unsaved = False
        self.saving = False
        """`save_later` is under way."""
        self._guild_id = guild_id
        self._slot = slot
        self._store = store
        self._counted = counted

    async def commit(
        self, player: GuildPlayer, save: Save | None, command: Command | None, conclusion: Conclusion | None
    ) -> Recorded:
        """Save a change and its command together; raises Away (then `unsaved` is true) and Fenced."""
        if self.unsaved:
            # What began while PostgreSQL was away is not counted, but for this one.
            save = replace(whole(player), began=save is not None and save.began)
        try:
            recorded = await self._store.commit(self._slot.slot, self._slot.epoch, save, command, conclusion)
        except Away:
            self.unsaved = True
            raise
        if recorded.already is None:
            self.unsaved = False
        if recorded.tracks is not None:
            self._counted(recorded.tracks)
        return recorded

    async def record(self, command: Command, conclusion: Conclusion) -> None:
        """Only note how a command ended; raises Fenced."""
        try:
            await self._store.commit(self._slot.slot, self._slot.epoch, None, command, conclusion)
        except Away as error:
            log.warning("An outcome could not be recorded", command=command.id, error=str(error))

    async def save_later(self, player: GuildPlayer, quiet: Callable[[], bool]) -> None:
        """Try until everything is saved; waits while `quiet()` is false, as a letter is then being handled."""
        self.saving = True
        try:
            while self.unsaved and not self._slot.lost:
                await asyncio.sleep(RESAVE_SECONDS)
                if quiet():
                    await self._save_whole(player)
        finally:
            self.saving = False

    async def _save_whole(self, player: GuildPlayer) -> None:
        player.skip_revision()
        try:
            await self.commit(player, whole(player), None, None)
        except Away as error:
            log.debug("Still not saved", guild=self._guild_id, error=str(error))
        except Fenced:
            self._slot.lost = True
        else:
            log.info("Saved what changed while PostgreSQL was away", guild=self._guild_id)


def whole(player: GuildPlayer) -> Save:
    """Everything in memory, as one Save that also deletes what memory does not know."""
    put: list[tuple[Entry, EntryStatus]] = [(entry, "queued") for entry in player.queue]
    put += [(entry, "played") for entry in player.played]
    if player.current is not None:
        put.append((player.current, "current"))
    return Save(player.state, tuple(put), whole=True)
