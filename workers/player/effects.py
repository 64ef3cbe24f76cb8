"""What a player wants done; adapters carry it out, in order: Save first, then the node, then Discord."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from workers.player.outcomes import Conclusion, Notice
from workers.player.track import Entry, EntryStatus, PlayerState


@dataclass(frozen=True, slots=True)
class Search:
    """Find tracks for a command, outside the mailbox; a TracksFound with the same command id must come back."""

    command_id: str
    query: str


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


@dataclass(frozen=True, slots=True)
class StartTrack:
    """Play an entry from a position, replacing what plays; says volume, filters and pause too (TRAPS 8)."""

    entry: Entry
    position_ms: int
    paused: bool
    volume: int
    rev: int


@dataclass(frozen=True, slots=True)
class StopTrack:
    """Silence; the node's player stays."""


@dataclass(frozen=True, slots=True)
class SetPaused:
    paused: bool


@dataclass(frozen=True, slots=True)
class ConnectVoice:
    """Give the node the credentials that lie in `voice:<guild>`."""

    if_new: bool = False
    """Only if the voice server's token is not the one given last: our voice state changed, and the server's own event
    either came before it (then this completes it) or is still to come (then it is left to that)."""


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
class Announce:
    """Say something in a text channel that answers no command; `nonce` makes it once."""

    channel_id: int
    notice: Notice
    locale: str
    nonce: str


Effect: TypeAlias = (
    Search | Save | StartTrack | StopTrack | SetPaused | ConnectVoice | DestroyPlayer | MoveTo | Reply | Announce
)
