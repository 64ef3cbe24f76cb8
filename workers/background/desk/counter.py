"""Where a command is served: once, in its guild's order, recorded in the transaction that changes something."""

from __future__ import annotations

from typing import Any

import redis
import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from apps.guilds.announcement import announce
from apps.guilds.selectors import guild_block_get, guild_settings_get
from apps.library.announcement import announce_names
from apps.playback.models import Command as RecordedCommand
from project.wire.library import SuggestPlaylists
from project.wire.messages import Command
from project.wire.publish import is_read
from workers.background.desk.guild_settings import language_of
from workers.background.desk.journal import DeskJournal
from workers.background.desk.library_importing import carry_on, is_begun, is_in_parts
from workers.background.desk.library_loading import load_tracks
from workers.background.desk.library_tracks import Load, resolved
from workers.background.desk.recording import locked, record
from workers.background.desk.registry import HANDLERS
from workers.background.desk.replies import reply, suggest
from workers.player.outcomes import Denied, Refused
from workers.screen.desk_endings import DeskEnding, ending_from_json
from workers.screen.importing_endings import PlaylistImporting

log = structlog.get_logger(__name__)


class Counter:
    """Serves one command after the other."""

    def __init__(self, client: redis.Redis, slots: int, load: Load = load_tracks) -> None:
        """`load` finds tracks by words."""
        self._client = client
        self._load = load
        self._journal = DeskJournal(client, slots)

    def serve(self, command: Command) -> str:
        """Carry out what the guild asked before, then this; the kind of outcome, for Flower."""
        if isinstance(command.order, SuggestPlaylists):
            return self._suggest(command)
        if not is_read(command):
            for earlier in self._journal.before(command):
                if not is_in_parts(earlier.order) or not is_begun(earlier.id):
                    self._carry_out(earlier)
        if not is_in_parts(command.order):
            return self._carry_out(command)
        with self._journal.claimed(command) as mine:
            return self._carry_out(command) if mine else "under way elsewhere"

    def _suggest(self, command: Command) -> str:
        """The member's playlists, kept for the next letter too; without a store nothing is offered."""
        try:
            names = announce_names(command.actor.user_id)
            suggest(self._client, command, names)
        except (OperationalError, InterfaceError, redis.RedisError) as error:
            log.info("Playlists cannot be offered while typing", reason=type(error).__name__)
            return "store_away"
        return f"{len(names)} suggestions"

    def _carry_out(self, command: Command) -> str:
        """Raises OperationalError or redis.RedisError where the outcome is not known or not told: it stays owed."""
        log.info(
            "Received command",
            command=command.id,
            guild=command.guild_id,
            order=command.order.__struct_config__.tag,
            trace=command.trace_id,
        )
        locale = command.actor.locale
        try:
            connection.ensure_connection()
        except OperationalError as error:
            log.warning("PostgreSQL is away", command=command.id, reason=str(error))
            if not is_read(command) and self._journal.is_overdue(command):
                raise
            ending: DeskEnding = Refused(reason="store_away")
        else:
            ending = self._ending(command)
            locale = language_of(command.guild_id) or locale
        if isinstance(ending, PlaylistImporting):
            if self._journal.may_tell(command):
                reply(self._client, command, ending, locale)
            self._journal.ring(command)
            return type(ending).__name__
        reply(self._client, command, ending, locale)
        if not is_read(command):
            self._journal.strike(command)
        return type(ending).__name__

    def _ending(self, command: Command) -> DeskEnding:
        try:
            if not command.order.when_blocked and guild_block_get(command.guild_id) is not None:
                return Denied(key="guild.blocked")
            if is_in_parts(command.order):
                return carry_on(command, self._load)
            wanted = resolved(command, self._load)
            return HANDLERS[type(command.order)](command, wanted) if is_read(command) else _once(command, wanted)
        except (OperationalError, InterfaceError):
            raise  # perhaps committed, perhaps not: the next try finds out
        except Exception:
            log.exception("A command failed", command=command.id, guild=command.guild_id)
            return Refused(reason="failed")


def _once(command: Command, wanted: Any) -> DeskEnding:
    """Do it and record it together; done before, its outcome was recorded."""
    with locked(command.guild_id):
        known = RecordedCommand.objects.filter(id=command.id).values_list("outcome", flat=True).first()
        if known is not None:
            # Whoever did it may have died before telling the other processes.
            transaction.on_commit(lambda: announce(guild_settings_get(command.guild_id)))
            return ending_from_json(known)
        ending = HANDLERS[type(command.order)](command, wanted)
        record(command, ending)
    return ending
