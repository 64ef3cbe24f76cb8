"""What happened around a player, apart from Discord's own events (those travel as project.wire.messages)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from project.wire.command import Command
from workers.player.outcomes import AddedMany
from workers.player.track import Track

WakeReason: TypeAlias = Literal["empty", "voice"]
"""What a player may want to be woken for: the time is over for which it stays where nobody listens, or for which it
waits for Discord's word on a voice connection that ended."""


SearchFailure: TypeAlias = Literal[
    "source_failed",
    "source_resting",
    "source_off",
    "timed_out",
    "node_away",
    "address_refused",
    "playlist_unknown",
    "playlist_empty",
    "no_favourites",
    "store_away",
    "failed",
]
"""Why there are no tracks; each is a Reason."""
UNANSWERED: frozenset[SearchFailure] = frozenset(
    {"source_failed", "source_resting", "timed_out", "node_away", "failed"}
)
"""Those after which nobody knows whether there are any: asking again may find them."""


@dataclass(frozen=True, slots=True)
class Woken:
    """The moment that a WakeAt named has come."""

    what: WakeReason
    at_ms: int


@dataclass(frozen=True, slots=True)
class TracksFound:
    """A search ended. No tracks and no failure: nothing matched."""

    command_id: str
    tracks: tuple[Track, ...]
    playlist: str | None = None
    """The playlist's name when the query was a playlist or an album: all tracks are wanted."""
    failure: SearchFailure | None = None
    missing: int = 0
    """Queries of a SearchMany for which nothing was found."""
    unanswered: int = 0
    """Queries of a SearchMany of which nobody knows: no source or node answered, or not in time."""


@dataclass(frozen=True, slots=True)
class ImportGoesOn:
    """The owner before had added a part of an import and saved how far it was: go on behind that."""

    command: Command
    so_far: AddedMany


@dataclass(frozen=True, slots=True)
class PlaceGivenUp:
    """A Play's outcome was recorded before, or could not be recorded: its place is free again, nothing is replied."""

    command_id: str


@dataclass(frozen=True, slots=True)
class TrackStarted:
    """Lavalink began an entry (it says so before the first frame, and even for a file that is gone)."""

    entry: int
    at_ms: int
    epoch: int = 0
    """The slot's epoch of the owner that started it."""


@dataclass(frozen=True, slots=True)
class TrackEnded:
    """Lavalink v4 TrackEndEvent."""

    entry: int
    reason: Literal["finished", "loadFailed", "stopped", "replaced", "cleanup"]
    at_ms: int


@dataclass(frozen=True, slots=True)
class TrackFailed:
    """Lavalink v4 TrackExceptionEvent; a TrackEnded follows and may call itself `finished`."""

    entry: int
    message: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class TrackStuck:
    """No frames for 10 s; no TrackEnded follows (TRAPS 6)."""

    entry: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class VoiceClosed:
    """Discord closed the voice websocket of the node (voice gateway close codes)."""

    code: int
    reason: str
    by_remote: bool
    at_ms: int


@dataclass(frozen=True, slots=True)
class VoiceCredentialsMissing:
    """The node needs voice credentials and the gateway's mirror has none (Redis was emptied at a bad moment)."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class PositionReported:
    """A playerUpdate; runs 0.4 s ahead of what is heard."""

    position_ms: int
    at_ms: int
    connected: bool


@dataclass(frozen=True, slots=True)
class Unheard:
    """Something should play, and the node has no voice connection or its position stands still."""

    rung: Literal[1, 2, 3, 4]
    """How often this was said since it was last heard."""
    at_ms: int


@dataclass(frozen=True, slots=True)
class LivePlayer:
    """What a node says of one player (Lavalink v4 REST, player object), without its credentials."""

    guild_id: int
    entry: int | None
    rev: int
    epoch: int
    position_ms: int
    at_ms: int
    paused: bool
    volume: int
    connected: bool
    filters: dict[str, Any] = field(default_factory=dict)
    """Lavalink v4 filters object."""


@dataclass(frozen=True, slots=True)
class PlayerAdopted:
    """The slot's owner found this player (or none) on its resumed Lavalink session."""

    live: LivePlayer | None
    at_ms: int
    epoch: int = 0
    """The owner's own."""
    again: bool = False
    """The player had been adopted before: another epoch on it is a former owner's doing since."""


@dataclass(frozen=True, slots=True)
class NodeLost:
    """The player is gone from its node; desired state must be built again on another session."""

    at_ms: int
    """When the node was last heard: nothing played since."""


Fact: TypeAlias = (
    TracksFound
    | ImportGoesOn
    | PlaceGivenUp
    | TrackStarted
    | TrackEnded
    | TrackFailed
    | TrackStuck
    | VoiceClosed
    | VoiceCredentialsMissing
    | PositionReported
    | PlayerAdopted
    | NodeLost
    | Unheard
    | Woken
)
