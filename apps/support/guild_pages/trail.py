"""Who did what to a guild: staff's doings with what became of them, and its subscription's changes, in one list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.support.models import AuditLine

LINES = 30
_COLUMNS = ("at", "actor", "action", "reason", "before", "after")


@dataclass(frozen=True, slots=True)
class TrailLine:
    """A line of the guild's trail."""

    at: datetime
    actor: str
    action: str
    reason: str
    change: str
    """What differs, in one line."""


def trail_of(guild_id: int) -> Sequence[TrailLine]:
    """The newest LINES of both logs, the newest first: one statement, both halves by index."""
    rows = AuditLine.objects.filter(guild_id=guild_id).order_by("-at").values_list(*_COLUMNS)[:LINES]
    return [
        TrailLine(at, actor, action, reason, _change(before, after))
        for at, actor, action, reason, before, after in rows
    ]


def _change(before: dict[str, Any], after: dict[str, Any]) -> str:
    names = [name for name in after if before.get(name) != after[name] and after[name] not in (None, "")]
    names = [name for name in names if name != "command"]  # its id, for who compares logs
    return ", ".join(f"{name.replace('_', ' ')}: {_short(after[name])}" for name in names)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:79] + "…"
