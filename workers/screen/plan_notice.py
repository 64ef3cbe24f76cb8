"""What a guild is told of its plan without asking, as a Discord message body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workers.screen.discord_text import foreign
from workers.screen.language import language_for

MOMENT = "until"
"""The value that is a moment, in Unix seconds: Discord shows each reader their own day."""


def plan_notice(kind: str, values: Mapping[str, str | int], locale: str) -> dict[str, Any]:
    """`kind` and `values` as apps.jobs.due_notices makes them. It pings nobody."""
    shown = {name: _shown(name, value) for name, value in values.items()}
    content = language_for(locale).say(f"notice.{kind}", **shown)
    return {"content": content, "embeds": [], "components": [], "allowed_mentions": {"parse": []}}


def _shown(name: str, value: str | int) -> str | int:
    if name == MOMENT:
        return f"<t:{value}:D>"
    return foreign(value) if isinstance(value, str) else value
