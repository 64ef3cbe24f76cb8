"""A message as Discord's REST API takes it, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from project.wire.messages import TextFile


@dataclass(frozen=True, slots=True)
class Screen:
    """A message body, the files that come with it, and who sees it."""

    payload: dict[str, Any]
    ephemeral: bool = False
    error: bool = False
    files: tuple[TextFile, ...] = ()


def body(
    content: str, embeds: list[dict[str, Any]] | None = None, components: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Says all of its parts, so that an edit leaves nothing of what was there before, and pings nobody."""
    return {
        "content": content,
        "embeds": embeds or [],
        "components": components or [],
        "allowed_mentions": {"parse": []},
    }
