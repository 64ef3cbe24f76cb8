"""The commit between a guild's decision and its effects: done before, refused, or not answered, and what follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import structlog

from project.spawned import Spawned
from project.wire.messages import READS, Inbound
from workers.audio.ledger import Ledger
from workers.audio.mailbox import Mailbox
from workers.audio.node_hands import ClaimDue, Looked
from workers.audio.open_commands import OpenCommand, OpenCommands
from workers.player.effects import Progress, Reply, Save
from workers.player.facts import Fact, PlaceGivenUp, TracksFound
from workers.player.guild_player import GuildPlayer
from workers.player.memory import Checkpoint
from workers.player.outcomes import Conclusion, Refused
from workers.ports import Away, NotStored

log = structlog.get_logger()

Letter: TypeAlias = Inbound | Fact | Looked | ClaimDue


class Commits:
    """One guild's.

    `saved_late` is called when what an outage left unsaved was written; `done_before` ends a command that came again.
    """

    def __init__(
        self,
        ledger: Ledger,
        commands: OpenCommands,
        background: Spawned,
        mailbox: Mailbox[Letter],
        saved_late: Callable[[], None],
        done_before: Callable[[OpenCommand, Conclusion], None],
    ) -> None:
        self._ledger, self._open, self._background = ledger, commands, background
        self._mailbox, self._saved_late, self._done_before = mailbox, saved_late, done_before

    @property
    def unsaved(self) -> bool:
        """Something is known only to memory."""
        return self._ledger.unsaved

    async def commit(
        self,
        player: GuildPlayer,
        letter: Letter,
        save: Save | None,
        replies: Sequence[Reply | Progress],
        checkpoint: Checkpoint,
    ) -> bool:
        """Save the change and record its commands. False: nothing more of this decision may happen."""
        first = self._open.get(replies[0].command_id) if replies else None
        command = first.command if first and not isinstance(first.command.order, READS) else None
        if save is None and command is None:
            return True
        conclusion = replies[0].conclusion if command else None
        try:
            recorded = await self._ledger.commit(player, save, command, conclusion)
        except Away as error:
            return self._store_away(player, letter, first, checkpoint, error)
        except NotStored:
            self._undo(player, letter, checkpoint)
            raise
        if recorded.already is not None and first is not None:
            self._undo(player, letter, checkpoint)
            self._done_before(first, recorded.already)
            return False
        for reply in replies[1:]:
            other = self._open.get(reply.command_id)
            if other is not None and not isinstance(other.command.order, READS):
                await self._ledger.record(other.command, reply.conclusion)
        return True

    async def record(self, command: OpenCommand, conclusion: Conclusion) -> None:
        """Only note how a command ended, whose doing saves nothing; raises Fenced."""
        await self._ledger.record(command.command, conclusion)

    def _store_away(
        self, player: GuildPlayer, letter: Letter, first: OpenCommand | None, checkpoint: Checkpoint, error: Away
    ) -> bool:
        """Music goes on from memory; commands get an honest answer and can no longer run (DESIGN §2, autonomy)."""
        log.warning("A change could not be saved", guild=player.state.guild_id, error=str(error))
        if first is not None:
            self._undo(player, letter, checkpoint)
            self._open.finish(first, player.import_so_far(first.command.id) or Refused(reason="store_away"))
        player.skip_revision()
        if not self._ledger.saving:
            self._background.start(self._save_later(player), "save later")
        return first is None

    async def _save_later(self, player: GuildPlayer) -> None:
        await self._ledger.save_later(player, lambda: self._mailbox.quiet)
        self._saved_late()

    def _undo(self, player: GuildPlayer, letter: Letter, checkpoint: Checkpoint) -> None:
        """Be as before the letter; a search's place in the queue, taken by an earlier letter, is freed as well."""
        player.rollback(checkpoint)
        if isinstance(letter, TracksFound):
            self._mailbox.post(PlaceGivenUp(letter.command_id), first=True)
