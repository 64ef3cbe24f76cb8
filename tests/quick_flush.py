"""Empties the test database between tests that commit: by DELETE, triggers asleep; the audit log refuses TRUNCATE."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.backends.postgresql.operations import DatabaseOperations

_truncate = DatabaseOperations.sql_flush


def sql_flush(
    self: DatabaseOperations,
    style: Any,
    tables: Iterable[str],
    *,
    reset_sequences: bool = False,
    allow_cascade: bool = False,
) -> list[str]:
    """The statements; triggers and references are asleep meanwhile, the audit log's as well."""
    names = list(tables)
    if reset_sequences or not names:
        emptied = _truncate(self, style, names, reset_sequences=reset_sequences, allow_cascade=allow_cascade)
        return ["SET LOCAL session_replication_role = replica;", *emptied] if emptied else []
    deletions = " ".join(f"DELETE FROM {self.quote_name(name)};" for name in names)  # noqa: S608 # Django's own names
    return [f"DO $$ BEGIN SET LOCAL session_replication_role = replica; {deletions} END $$"]


def install() -> None:
    """For this process."""
    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign, assignment] # no setting for it
