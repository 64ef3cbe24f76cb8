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
    voteskip_percent: int = 50
    """So many of those who listen must vote for it before a track is skipped, in per cent."""
    locale: str | None = None
    """The language the guild has chosen. Discord's own guild locale is no choice: it says en-US unless changed."""
    leave_after_ms: int = 5 * 60_000
    """How long the bot stays in a channel where nobody listens; 0: it leaves at once."""
    pause_when_empty: bool = False
    always_on: bool = False
    """It never leaves by itself."""
    default_volume: int | None = None
    """Per cent at which a new session begins; None: as loud as it was last."""
    announce_channel_id: int | None = None
    """Where announcements go; None: where music was asked for last."""
    player_channel_id: int | None = None
    """Where the player message is from the next Play or Join on; None: where that was asked for."""
    max_tracks_per_member: int | None = None
    """How many tracks of one member may wait at once."""
    allowed_sources: frozenset[str] | None = None
    """None: all."""
    blocked_words: tuple[str, ...] = ()
    blocked_artists: tuple[str, ...] = ()
    blocked_urls: tuple[str, ...] = ()
    """Of the form that project.wire.desk.blocked_form gives, as the other two."""
