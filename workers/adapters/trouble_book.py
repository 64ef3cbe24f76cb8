"""Writes into PostgreSQL what kept guilds from being heard, the newest few of each guild."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, LiteralString

from psycopg.types.json import Jsonb

from workers.staff_ports import Trouble

Rows = Callable[[LiteralString, dict[str, Any]], Awaitable[Sequence[tuple[Any, ...]]]]
"""Runs one statement; raises PortFailed within a second."""

KEPT = 20
"""Of each guild."""
LENGTH = 500
"""Characters of any text."""

# Every part sees the table as it was before: of a guild's old ones so many fewer stay as there are new ones.
_KEEP: Final[LiteralString] = """
WITH told AS (
  SELECT * FROM jsonb_to_recordset(%(troubles)s::jsonb) AS t(
    guild_id bigint, at_ms bigint, kind text, title text, uri text, detail text, close_code integer, node text)
),
written AS (
  INSERT INTO playback_errors (guild_id, at, kind, title, uri, detail, close_code, node)
  SELECT guild_id, to_timestamp(at_ms / 1000.0), kind, title, uri, detail, close_code, node FROM told
),
old AS (
  SELECT e.id, row_number() OVER (PARTITION BY e.guild_id ORDER BY e.id DESC) + fresh.n AS place
  FROM (SELECT guild_id, count(*) AS n FROM told GROUP BY guild_id) fresh
  JOIN playback_errors e ON e.guild_id = fresh.guild_id
)
DELETE FROM playback_errors e USING old WHERE e.id = old.id AND old.place > %(kept)s
"""


class PostgresTroubleBook:
    """Implements workers.staff_ports.TroubleBook."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def keep(self, troubles: Sequence[Trouble]) -> None:
        """See staff_ports.TroubleBook."""
        by_guild: dict[int, list[Trouble]] = {}
        for trouble in troubles:
            by_guild.setdefault(trouble.guild_id, []).append(trouble)
        newest = [_row(trouble) for of_guild in by_guild.values() for trouble in of_guild[-KEPT:]]
        await self._rows(_KEEP, {"troubles": Jsonb(newest), "kept": KEPT})


def _row(trouble: Trouble) -> dict[str, Any]:
    return {
        "guild_id": trouble.guild_id,
        "at_ms": trouble.at_ms,
        "kind": trouble.kind,
        "title": _text(trouble.title),
        "uri": _text(trouble.uri) if trouble.uri is not None else None,
        "detail": _text(trouble.detail),
        "close_code": trouble.close_code,
        "node": trouble.node,
    }


def _text(text: str) -> str:
    """Short, and without what PostgreSQL cannot store."""
    return text.replace("\x00", "")[:LENGTH]
