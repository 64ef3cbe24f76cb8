"""What a guild's plan and its rules allow, as data handed to the core."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """None means unlimited."""

    queue_size: int | None = 1_000
    track_length_ms: int | None = None
    import_size: int | None = 500
    volume_cap: int = 200
    """Per cent."""
    filter_presets: int | None = None
    """How many may be on at a time."""


@dataclass(frozen=True, slots=True)
class GuildRules:
    """Who may control the player, as set by the guild."""

    dj_role_id: int | None = None
    dj_only: bool = False
    locale: str | None = None
    """The language the guild has chosen. Discord's own guild locale is no choice: it says en-US unless changed."""
    leave_after_ms: int = 5 * 60_000
    """How long the bot stays in a channel where nobody listens; 0: it leaves at once."""
    pause_when_empty: bool = False
    always_on: bool = False
    """It never leaves by itself."""
