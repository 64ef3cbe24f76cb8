"""Reads from PostgreSQL which nodes staff have drained and which guilds support has blocked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, LiteralString

from workers.staff_ports import StaffWishes

Rows = Callable[[LiteralString, dict[str, Any]], Awaitable[Sequence[tuple[Any, ...]]]]
"""Runs one statement; raises PortFailed within a second."""

_WISHES: Final[LiteralString] = "SELECT ARRAY(SELECT node FROM node_drains), ARRAY(SELECT guild_id FROM guild_blocks)"


class PostgresStaffBoard:
    """Implements workers.staff_ports.StaffBoard."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def wishes(self) -> StaffWishes:
        """See staff_ports.StaffBoard."""
        ((drained, blocked),) = await self._rows(_WISHES, {})
        return StaffWishes(frozenset(drained), frozenset(blocked))
