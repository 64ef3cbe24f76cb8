"""The transaction in which the desk changes something and records whose command that was."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from apps.playback.models import Command as RecordedCommand
from project.wire.messages import Command, to_dict
from workers.screen.desk_endings import DeskEnding, ending_to_json

PATIENCE = "3s"
"""PostgreSQL's statement_timeout here: somebody waits."""


@contextmanager
def locked(guild_id: int) -> Iterator[None]:
    """A transaction beside which no other of the guild's commands runs."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}'")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [guild_id])
        yield


def record(command: Command, ending: DeskEnding) -> None:
    """How it ended, or how far it is: what was recorded before gives way."""
    outcome = {
        "outcome": ending_to_json(ending),
        "took_ms": command.took_ms(time.time_ns() // 1_000_000),
    }
    whose = {
        "guild_id": command.guild_id,
        "kind": str(command.order.__struct_config__.tag),
        "actor": to_dict(command.actor),
    }
    RecordedCommand.objects.update_or_create(id=command.id, defaults=outcome, create_defaults={**whose, **outcome})
