"""Where a command is served: once, in its guild's order, recorded in the transaction that changes something."""

from __future__ import annotations

import time
from typing import Any

import redis
import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from apps.guilds.announcement import announce
from apps.guilds.selectors import guild_block_get, guild_settings_get
from apps.playback.models import Command as RecordedCommand
from project.wire.messages import Command, to_dict
from project.wire.publish import is_read
from workers.background.desk.guild_settings import language_of
from workers.background.desk.journal import DeskJournal
from workers.background.desk.library_loading import load_tracks
from workers.background.desk.library_tracks import Load, resolved
from workers.background.desk.registry import HANDLERS
from workers.background.desk.replies import reply
from workers.player.outcomes import Denied, Refused
from workers.screen.desk_endings import DeskEnding, ending_from_json, ending_to_json

log = structlog.get_logger(__name__)

PATIENCE = "3s"
"""PostgreSQL's statement_timeout here: somebody waits."""


class Counter:
    """Serves one command after the other."""

    def __init__(self, client: redis.Redis, slots: int, load: Load = load_tracks) -> None:
        """`load` finds tracks by words."""
        self._client = client
        self._load = load
        self._journal = DeskJournal(client, slots)

    def serve(self, command: Command) -> str:
        """Carry out what the guild asked before, then this; the kind of outcome, for Flower."""
        if not is_read(command):
            for earlier in self._journal.before(command):
                self._carry_out(earlier)
        return self._carry_out(command)

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
        reply(self._client, command, ending, locale)
        if not is_read(command):
            self._journal.strike(command)
        return type(ending).__name__

    def _ending(self, command: Command) -> DeskEnding:
        try:
            if not command.order.when_blocked and guild_block_get(command.guild_id) is not None:
                return Denied(key="guild.blocked")
            wanted = resolved(command, self._load)
            return HANDLERS[type(command.order)](command, wanted) if is_read(command) else _once(command, wanted)
        except (OperationalError, InterfaceError):
            raise  # perhaps committed, perhaps not: the next try finds out
        except Exception:
            log.exception("A command failed", command=command.id, guild=command.guild_id)
            return Refused(reason="failed")


def _once(command: Command, wanted: Any) -> DeskEnding:
    """Do it and record it together; done before, its outcome was recorded."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}'")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [command.guild_id])
        known = RecordedCommand.objects.filter(id=command.id).values_list("outcome", flat=True).first()
        if known is not None:
            # Whoever did it may have died before telling the other processes.
            transaction.on_commit(lambda: announce(guild_settings_get(command.guild_id)))
            return ending_from_json(known)
        ending = HANDLERS[type(command.order)](command, wanted)
        RecordedCommand.objects.create(
            id=command.id,
            guild_id=command.guild_id,
            kind=str(command.order.__struct_config__.tag),
            actor=to_dict(command.actor),
            outcome=ending_to_json(ending),
            took_ms=command.took_ms(time.time_ns() // 1_000_000),
        )
    return ending
