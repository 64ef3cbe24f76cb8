"""What audio workers tell of their slots and nodes every few seconds, for people who look: never the truth itself."""

from __future__ import annotations

import msgspec

from project.wire.wish import Message

REPORT_SECONDS = 5
"""How often it is told."""
REPORT_EXPIRES = 20
"""A report that was not renewed for so long (s) is gone: its slot has no owner who can tell."""


class NodeShare(Message, frozen=True, kw_only=True):
    """Guilds of one slot on one node."""

    players: int = 0
    playing: int = 0


class SlotReport(Message, frozen=True, kw_only=True):
    """A slot as its owner sees it. Guilds that are not on the slot's `primary` node lie in `slot:<n>:elsewhere`."""

    owner: str
    epoch: int
    at_ms: int
    primary: str | None
    """Name of the node where new players begin."""
    nodes: dict[str, NodeShare] = msgspec.field(default_factory=dict)
    open_commands: int = 0
    """Accepted and without an outcome yet."""


class NodeReport(Message, frozen=True, kw_only=True):
    """A node as it tells of itself (Lavalink v4 stats, once a minute), and when it was last heard."""

    seen_ms: int
    players: int = 0
    playing: int = 0
    system_load: float = 0.0
    """Share of the machine's processors, 0 to 1."""
    lavalink_load: float = 0.0
    cores: int = 0
    memory_bytes: int = 0
    uptime_ms: int = 0
    frames_deficit: int = 0
    """Frames of one of our sessions that came too late in the last minute; below 0 they were too many."""
    version: str = ""
