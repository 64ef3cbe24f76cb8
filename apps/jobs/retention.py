"""Forgets old rows of large tables guild by guild, in short statements, so that nobody who plays music waits.

No such table has an index on time alone, which every command and track would pay for. Each has one on guild and time:
guilds are stepped through on it, and what is old of one guild lies together in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString

from django.db import connection

AT_ONCE: Final = 5_000
"""Rows per statement: some 50 ms of row locks that nobody else wants."""
GUILDS_AT_ONCE: Final = 500

_OLDEST: Final[LiteralString] = """
WITH RECURSIVE walk AS (
  (SELECT guild_id FROM {table} WHERE guild_id > %(after)s ORDER BY guild_id LIMIT 1)
  UNION ALL
  SELECT (SELECT guild_id FROM {table} WHERE guild_id > walk.guild_id ORDER BY guild_id LIMIT 1)
  FROM walk WHERE walk.guild_id IS NOT NULL
)
SELECT guild_id, (SELECT at FROM {table} t WHERE t.guild_id = w.guild_id ORDER BY t.guild_id DESC, t.at LIMIT 1)
FROM (SELECT guild_id FROM walk LIMIT %(many)s) w WHERE guild_id IS NOT NULL
"""
# Rows that somebody else is deleting (the same job elsewhere, an erasure) are left to them.
_FORGET: Final[LiteralString] = """
DELETE FROM {table} WHERE ctid = ANY(ARRAY(
  SELECT ctid FROM {table} WHERE guild_id = %(guild)s AND at < %(before)s LIMIT %(many)s FOR UPDATE SKIP LOCKED))
"""

Table = LiteralString
"""One with `guild_id` and `at`, and an index that begins with the guild."""
Befores = Callable[[Sequence[int]], Mapping[int, datetime]]
"""Of some guilds, from which moment on their rows are kept."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a round came to."""

    rows: int
    finished: bool
    """False: the time was up, the next round goes on."""

    def __str__(self) -> str:
        return f"{self.rows} rows" if self.finished else f"{self.rows} rows, more wait"


def rows_forget(table: Table, befores: Befores, *, seconds: float) -> Forgotten:
    """Forget each guild's rows of before its moment, until done or so much time has gone by."""
    give_up, gone = time.monotonic() + seconds, 0
    for page in _pages(table):
        moments = befores([guild_id for guild_id, _ in page])
        for guild_id, oldest in page:
            while oldest < moments[guild_id]:
                if time.monotonic() > give_up:
                    return Forgotten(gone, finished=False)
                part = _forget(table, guild_id, moments[guild_id])
                gone += part
                if part < AT_ONCE:
                    break
    return Forgotten(gone, finished=True)


def _pages(table: Table) -> Iterator[list[tuple[int, datetime]]]:
    """All guilds that have rows, each with the moment of its oldest, some hundred at a time."""
    after = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_OLDEST.format(table=table), {"after": after, "many": GUILDS_AT_ONCE})
            page = cursor.fetchall()
        if not page:
            return
        yield page
        after = page[-1][0]


def _forget(table: Table, guild_id: int, before: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_FORGET.format(table=table), {"guild": guild_id, "before": before, "many": AT_ONCE})
        return int(cursor.rowcount)
