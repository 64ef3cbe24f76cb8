"""What a guild's plan and its rules allow, as data handed to the core."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """None means unlimited."""

    queue_size: int | None = 1_000
    track_length_ms: int | None = None
    import_size: int | None = 500


@dataclass(frozen=True, slots=True)
class GuildRules:
    """Who may control the player, as set by the guild."""

    dj_role_id: int | None = None
    dj_only: bool = False
    locale: str | None = None
    """The language the guild has chosen. Discord's own guild locale is no choice: it says en-US unless changed."""
