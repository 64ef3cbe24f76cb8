"""What a player wants done; adapters carry it out, in order: Save first, then the node, then Discord."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from project.wire.orders import PlaySaved, SearchSource
from workers.player.announcements import Notice
from workers.player.facts import WakeReason
from workers.player.outcomes import AddedMany, Conclusion, PlayerShown
from workers.player.track import Entry, EntryStatus, PlayerState, Track


@dataclass(frozen=True, slots=True)
class Search:
    """Find tracks for a command, outside the mailbox; a TracksFound with the same command id must come back."""

    command_id: str
    query: str
    source: SearchSource | None = None
    """Where to search words; None: the usual place."""


@dataclass(frozen=True, slots=True)
class SearchMany:
    """The same for some lines of an import, whose tracks come back as one list."""

    command_id: str
    name: str
    queries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fetch:
    """The same for tracks that members keep."""

    command_id: str
    member_id: int
    saved: PlaySaved


@dataclass(frozen=True, slots=True)
class Save:
    """Commit the change, and with it the command that asked for it, in one statement."""

    state: PlayerState
    put: tuple[tuple[Entry, EntryStatus], ...] = ()
    """Entries that are new or whose rank or status changed."""
    removed: tuple[int, ...] = ()
    """Ids of entries to delete."""
    whole: bool = False
    """`put` is everything: entries that it does not name are deleted too. Heals what an outage left uncertain."""
    began: bool = False
    """An entry became current: one more track of the guild's month."""


@dataclass(frozen=True, slots=True)
class StartTrack:
    """Play an entry from a position, replacing what plays; says volume, filters and pause too (TRAPS 8)."""

    entry: Entry
    position_ms: int
    paused: bool
    volume: int
    rev: int
    filters: dict[str, Any] = field(default_factory=dict)
    """Lavalink v4 filters object; {} is none."""


@dataclass(frozen=True, slots=True)
class StopTrack:
    """Silence; the node's player stays."""


@dataclass(frozen=True, slots=True)
class SetPaused:
    paused: bool


@dataclass(frozen=True, slots=True)
class SetVolume:
    volume: int
    """Per cent."""


@dataclass(frozen=True, slots=True)
class SetFilters:
    filters: dict[str, Any]
    """Lavalink v4 filters object; replaces all that were set."""


@dataclass(frozen=True, slots=True)
class SeekTo:
    position_ms: int


@dataclass(frozen=True, slots=True)
class ConnectVoice:
    """Give the node the credentials that lie in `voice:<guild>`."""

    if_new: bool = False
    """Only if the voice server's token is not the one given last: our voice state changed, and the server's own event
    either came before it (then this completes it) or is still to come (then it is left to that)."""


@dataclass(frozen=True, slots=True)
class MoveNode:
    """Have the guild played on another node, if there is one; staff who asked for it hear which."""

    node: str | None = None
    """None: the least loaded of the others."""
    command_id: str | None = None
    """Answered when it is settled whether and where to the guild goes."""


@dataclass(frozen=True, slots=True)
class DestroyPlayer:
    """Remove the player from the node."""


@dataclass(frozen=True, slots=True)
class MoveTo:
    """Discord op 4: be in this voice channel, or (None) in none."""

    channel_id: int | None
    rev: int
    command_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer a command. With `followup` it was answered before and this is a later word."""

    command_id: str
    conclusion: Conclusion
    locale: str
    followup: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a command is that goes on. It is recorded with what it has changed, so that the next owner goes on."""

    command_id: str
    conclusion: AddedMany
    locale: str


@dataclass(frozen=True, slots=True)
class Announce:
    """Say something in a text channel that answers no command; `nonce` makes it once."""

    channel_id: int
    notice: Notice
    locale: str
    nonce: str
    otherwise_id: int | None = None
    """Where it is said if that channel does not take it."""


@dataclass(frozen=True, slots=True)
class ShowPlayer:
    """Have the guild's player message look like this. Only the newest matters; it never holds anything up."""

    channel_id: int
    message_id: int | None
    """None: not posted yet, or not known to be."""
    shown: PlayerShown
    locale: str
    rev: int
    fresh: bool
    """The track changed since."""


@dataclass(frozen=True, slots=True)
class RemoveScreen:
    """Delete a player message: it lives elsewhere now."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class WakeAt:
    """Come back with a Woken at this moment (ms since 1970), instead of the one named before for this; None: never."""

    at_ms: int | None
    what: WakeReason


@dataclass(frozen=True, slots=True)
class MeasureNode:
    """Answer a Ping: ask the audio node for a sign of life and say how long each part of the way took (ms)."""

    command_id: str
    locale: str
    gateway_ms: int | None
    broker_ms: int | None


@dataclass(frozen=True, slots=True)
class FindLyrics:
    """Answer a ShowLyrics: with the words of `track`, or (None) of the first match for `query`."""

    command_id: str
    guild_id: int
    locale: str
    query: str
    track: Track | None
    page: int


Effect: TypeAlias = (
    Search
    | SearchMany
    | Fetch
    | Save
    | StartTrack
    | StopTrack
    | SetPaused
    | SetVolume
    | SetFilters
    | SeekTo
    | ConnectVoice
    | MoveNode
    | DestroyPlayer
    | MoveTo
    | Reply
    | Progress
    | Announce
    | ShowPlayer
    | RemoveScreen
    | WakeAt
    | MeasureNode
    | FindLyrics
)
