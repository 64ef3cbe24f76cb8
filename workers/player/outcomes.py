"""How a command ended, in terms that screens, API and database share; `workers.screen` puts them into words.

`error = True` in a class means the member did not get what they wanted: Discord shows it to them alone.
"""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias

import msgspec

from project.wire.messages import LoopMode
from workers.player.track import Entry, Track


class Ending(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of all outcomes."""

    error: ClassVar[bool] = False


class Added(Ending, tag="added", frozen=True, kw_only=True):
    """One track was queued. `position` counts from 1; 0 means it plays now."""

    entry: Entry
    position: int
    wait_ms: int | None = None
    """Until it plays, as far as known (a live stream ahead makes it unknown)."""
    held: bool = False
    """The player is paused, so it does not come nearer."""
    behind_loop: bool = False
    """The track that plays is repeated, so neither does it."""


class AddedMany(Ending, tag="added_many", frozen=True, kw_only=True):
    """A playlist or album was queued."""

    playlist: str
    count: int
    missing: int = 0
    """Lines of an import for which nothing was found."""
    unanswered: int = 0
    """Lines of an import of which nobody knows: no source answered, or not in time."""
    cut: int = 0
    """Lines of an import beyond what one import may have; they were never looked at."""
    asked: int | None = None
    """How many lines of an import were dealt with so far, out of `lines`: it is still under way."""
    lines: int = 0
    left_out: int = 0
    """Tracks that the queue or the plan had no room for."""
    first: Entry
    position: int
    held: bool = False
    behind_loop: bool = False


class Paused(Ending, tag="paused", frozen=True, kw_only=True):
    entry: Entry
    position_ms: int


class Resumed(Ending, tag="resumed", frozen=True, kw_only=True):
    entry: Entry
    position_ms: int


class Skipped(Ending, tag="skipped", frozen=True, kw_only=True):
    entry: Entry
    next: Entry | None = None
    awaited: bool = False
    """What is next is still being searched for."""
    autoplay: bool = False
    """Nothing waited, and autoplay looks for what follows."""


class Stopped(Ending, tag="stopped", frozen=True, kw_only=True):
    cleared: int
    """How many queued tracks were dropped."""


class Joined(Ending, tag="joined", frozen=True, kw_only=True):
    channel_id: int
    kept: int = 0
    """Tracks that wait since a stop: joining alone does not start them, /resume does."""


class Left(Ending, tag="left", frozen=True, kw_only=True):
    kept: int
    """How many tracks wait, the interrupted one included."""


class QueueShown(Ending, tag="queue", frozen=True, kw_only=True):
    """One page of the queue (10 entries)."""

    guild_id: int
    current: Entry | None
    position_ms: int
    paused: bool
    stopped: bool = False
    """Nothing plays: the entries are kept for later."""
    entries: tuple[Entry, ...]
    page: int
    pages: int
    total: int
    total_ms: int


class QueueExported(Ending, tag="queue_exported", frozen=True, kw_only=True):
    """What plays and waits, as lines that can be imported; all of it, unless it is more than a file may hold."""

    lines: tuple[str, ...]
    page: int
    pages: int
    total: int


class TracksOffered(Ending, tag="tracks_offered", frozen=True, kw_only=True):
    """Matches to choose from, for the one who searched."""

    guild_id: int
    query: str
    tracks: tuple[Track, ...]


class PlayerShown(Ending, tag="player", frozen=True, kw_only=True):
    """All that the player message shows; also the answer to /nowplaying."""

    guild_id: int
    current: Entry | None
    position_ms: int
    at_ms: int
    """When the position was so (ms since 1970)."""
    paused: bool
    stopped_by: str | None
    """See PlayerState."""
    connected: bool
    silencing: Literal["suppressed", "muted"] | None = None
    """Why nobody hears it."""
    volume: int
    volume_cap: int
    loop: LoopMode
    filters: tuple[str, ...]
    presets: tuple[str, ...] | None = None
    """Which the plan has; None: all."""
    equalizer: dict[int, int] = {}
    """Band (from 1) -> per cent, where a member has set it."""
    speed_percent: int = 100
    pitch_percent: int = 100
    speed: float = 1.0
    """How many seconds of the track pass in one second, presets included."""
    autoplay: str = "off"
    autoplay_searching: bool = False
    """Nothing plays, and autoplay looks for what follows."""
    fair_queue: bool = False
    up_next: tuple[Entry, ...]
    waiting: int
    """How many entries are queued."""
    kept: int
    """How many a resume would bring back."""
    has_previous: bool
    votes: int = 0
    """How many want the current entry skipped."""
    voters: tuple[int, ...] = ()
    """Who they are."""
    votes_needed: int = 0


class Pong(Ending, tag="pong", frozen=True, kw_only=True):
    """How long each part of the way took, in ms; None: not known."""

    gateway_ms: int | None
    broker_ms: int | None
    node_ms: int | None


class LyricsShown(Ending, tag="lyrics", frozen=True, kw_only=True):
    """One page of a song's words, for the member alone."""

    guild_id: int
    track: Track
    lines: tuple[str, ...]
    provider: str
    """Who provided them, as the node says it."""
    page: int
    pages: int


class CannotWrite(Ending, tag="cannot_write", frozen=True, kw_only=True):
    """A later word, or an announcement: what the bot may not write where, and which permissions it lacks there."""

    what: Literal["player", "announcements"]
    channel_id: int
    missing: tuple[str, ...] = ()
    """Names of project.wire.events.WRITING; empty: not known."""


class Said(Ending, tag="said", frozen=True, kw_only=True):
    """The sentence of a key, for outcomes that need no structure of their own.

    Text in `values` is foreign (a title, a name) and is made safe where it is shown; a name that ends with `_ms` is a
    duration; `n` counts, and picks the `.one` or `.other` form of the key.
    """

    key: str
    values: dict[str, str | int] = {}


class Denied(Said, tag="denied", frozen=True, kw_only=True):
    """The same when nothing changed; the sentence says why, with a way out."""

    error: ClassVar[bool] = True


Reason: TypeAlias = Literal[
    "not_in_voice",
    "other_channel",
    "nothing_playing",
    "already_paused",
    "not_paused",
    "already_skipped",
    "nothing_found",
    "source_failed",
    "source_resting",
    "source_off",
    "timed_out",
    "node_away",
    "address_refused",
    "playlist_unknown",
    "playlist_empty",
    "no_favourites",
    "query_empty",
    "query_too_long",
    "queue_full",
    "member_limit",
    "source_not_allowed",
    "blocked",
    "track_too_long",
    "queue_empty",
    "no_such_page",
    "not_connected",
    "already_here",
    "join_refused",
    "busy",
    "store_away",
    "not_allowed",
    "cancelled",
    "failed",
]


class Refused(Ending, tag="refused", frozen=True, kw_only=True):
    """Nothing changed; `reason` decides the sentence, the rest fills it."""

    error: ClassVar[bool] = True

    reason: Reason
    detail: str = ""
    """What the sentence names: the words searched for, a title, a channel or role mention."""
    limit: int | None = None
    """Characters (query_too_long), tracks (queue_full; nothing_playing: those that a stop has kept),
    ms (track_too_long) or pages (no_such_page)."""
    plan: str = ""
    """Whose limit it is (queue_full, track_too_long)."""


Conclusion: TypeAlias = (
    Added
    | AddedMany
    | Paused
    | Resumed
    | Skipped
    | Stopped
    | Joined
    | Left
    | QueueShown
    | QueueExported
    | TracksOffered
    | PlayerShown
    | Pong
    | LyricsShown
    | CannotWrite
    | Said
    | Denied
    | Refused
)


def conclusion_to_json(conclusion: Conclusion) -> str:
    """As stored in `commands.outcome`."""
    return msgspec.json.encode(conclusion).decode()


def conclusion_from_json(raw: str | bytes) -> Conclusion:
    """The stored outcome; raises msgspec.ValidationError when it is none of ours."""
    return msgspec.json.decode(raw, type=Conclusion)  # type: ignore[no-any-return,arg-type,unused-ignore] # union type
