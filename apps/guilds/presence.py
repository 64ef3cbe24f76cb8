"""Writes down which guilds the bot is in and which it has left, whatever order the gateways' words arrive in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, LiteralString

from django.db import connection

# Sorted, so that two of them at once lock rows in the same order.
_PRESENT: Final[LiteralString] = """
INSERT INTO guild_presence AS known (guild_id, seen_at)
SELECT guild_id, %(at)s FROM unnest(%(guilds)s::bigint[]) AS guild_id ORDER BY guild_id
ON CONFLICT (guild_id) DO UPDATE SET
  seen_at = greatest(known.seen_at, EXCLUDED.seen_at),
  left_at = CASE WHEN known.left_at > EXCLUDED.seen_at THEN known.left_at END
WHERE known.seen_at < EXCLUDED.seen_at OR known.left_at <= EXCLUDED.seen_at
"""
_LEFT: Final[LiteralString] = """
INSERT INTO guild_presence AS known (guild_id, seen_at, left_at)
SELECT guild_id, %(at)s, %(at)s FROM unnest(%(guilds)s::bigint[]) AS guild_id ORDER BY guild_id
ON CONFLICT (guild_id) DO UPDATE SET left_at = greatest(known.left_at, EXCLUDED.left_at)
WHERE known.seen_at < EXCLUDED.left_at
"""
_NOT_LISTED: Final[LiteralString] = """
UPDATE guild_presence SET left_at = %(at)s
WHERE left_at IS NULL AND seen_at < %(at)s AND (guild_id >> 22) %% %(shards)s = %(shard)s
"""


def guilds_present(*, guild_ids: Iterable[int], at: datetime) -> None:
    """The bot was in these at that moment; a guild that it had left before is kept as if it had never left."""
    _write(_PRESENT, {"guilds": list(guild_ids), "at": at})


def guilds_left(*, guild_ids: Iterable[int], at: datetime) -> None:
    """The bot was removed from these at that moment."""
    _write(_LEFT, {"guilds": list(guild_ids), "at": at})


def guilds_listed(*, shard: int, shards: int, at: datetime) -> int:
    """Discord has named all guilds of a shard: the others were left while nobody listened. How many those are.

    `guilds_present` with the same moment, also when it comes later, takes that back for those that were named.
    """
    return _write(_NOT_LISTED, {"shard": shard, "shards": shards, "at": at})


def _write(statement: LiteralString, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
