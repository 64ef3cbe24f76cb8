"""Tracks and queue entries: what a guild player moves around."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Track(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A playable track as Lavalink describes it (Lavalink v4 REST, track object)."""

    encoded: str
    identifier: str
    title: str
    author: str
    length_ms: int
    """0 for a live stream: Lavalink's 2^63-1 never leaves the adapter."""
    is_stream: bool = False
    is_seekable: bool = True
    uri: str | None = None
    artwork_url: str | None = None
    isrc: str | None = None
    source: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One track in one guild's queue, for as long as it is queued, plays, or is remembered."""

    id: int
    """Counted per guild; never used again. Lavalink events name it through userData."""
    rank: int
    """Orders the queue: lower plays first."""
    track: Track
    requester_id: int
    requester_name: str = ""
    added_ms: int = 0


EntryStatus = Literal["queued", "current", "played"]


class PlayerState(msgspec.Struct, frozen=True, kw_only=True):
    """The desired state of a guild's player besides its entries: one row of `players`."""

    guild_id: int
    rev: int = 0
    """Grows by one with every saved change; Lavalink carries it in userData."""
    next_entry: int = 1
    voice_channel_id: int | None = None
    """Where the bot should be; None means nowhere."""
    text_channel_id: int | None = None
    """Where to speak when nobody asked, e.g. about a track that failed."""
    current_entry: int | None = None
    position_ms: int = 0
    position_at_ms: int = 0
    """Position clock: `position_ms` was true at this moment (ms since 1970)."""
    paused: bool = False
    volume: int = 100
    loop: Literal["off", "track", "queue"] = "off"
    filters: dict[str, Any] = {}
    """`presets`: names of workers.player.filters in the order in which they were switched on."""
    autoplay: str = "off"
    follow_up: int | None = None
    """The entry that ended with nothing behind it: autoplay goes on from there when it can."""
    fair_queue: bool = False
    """Those who ask take turns."""
    stopped_by: str | None = None
    """Why nothing plays although the queue is kept: left, kicked, channel_deleted, failures, join_refused,
    voice_lost, empty, month_used_up, blocked."""
    locale: str = "en"
    """The guild's language, for what answers nobody."""
    screen_channel_id: int | None = None
    """Where the player message is."""
    screen_message_id: int | None = None
    """The player message; 0 means that it cannot be posted in that channel."""
    votes: tuple[int, ...] = ()
    """Users who voted to skip the current entry."""
    empty_since_ms: int | None = None
    """Since when nobody listens (ms since 1970)."""
    paused_when_empty: bool = False
    """The pause is because nobody listens: it ends when somebody comes."""
