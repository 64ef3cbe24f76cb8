"""What a guild's plan and its rules allow, as data handed to the core."""

from __future__ import annotations

from dataclasses import dataclass

LOUDEST = 200
"""Per cent; no plan allows more."""


@dataclass(frozen=True, slots=True)
class Limits:
    """None means unlimited."""

    plan: str = "Free"
    """As members know it."""
    queue_size: int | None = 1_000
    track_length_ms: int | None = None
    import_size: int | None = 500
    volume_cap: int = 200
    """Per cent."""
    filter_presets: int | None = None
    """How many may be on at a time."""
    presets: frozenset[str] | None = None
    """Which there are; None: all."""
    fine_tuning: bool = True
    """Equalizer, speed and pitch may be set."""
    autoplay_modes: frozenset[str] = frozenset({"similar", "artist", "genre", "mixed"})
    """What may follow when the queue has run out."""
    tracks_per_month: int | None = None
    tracks_used: int = 0
    """How many began in this calendar month."""
    always_on: bool = True
    """The guild's setting of that name counts."""
    priority: int = 0
    """Higher comes first where not all can at once."""

    @property
    def month_used_up(self) -> bool:
        """No further track may begin before the month is over."""
        return self.tracks_per_month is not None and self.tracks_used >= self.tracks_per_month

    @property
    def louder_plans(self) -> bool:
        """Another plan allows a higher volume."""
        return self.volume_cap < LOUDEST


@dataclass(frozen=True, slots=True)
class GuildRules:
    """Who may control the player, as set by the guild; and whether anybody may."""

    blocked: bool = False
    """Support has blocked the guild: nothing is played, nobody is obeyed but staff."""

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
