"""Everything a guild player keeps in memory: what is saved, and what only the running process needs to know."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

import msgspec

from project.wire.messages import Position
from project.wire.staff import HealStep
from workers.player.filters import speed
from workers.player.outcomes import Refused
from workers.player.track import Entry, PlayerState


@dataclass(frozen=True, slots=True)
class Importing:
    """How far an import is."""

    lines: tuple[str, ...]
    """All that are to be looked up."""
    began_ms: int
    asked: int = 0
    """How many were dealt with, found or not."""
    first: Entry | None = None
    """Of the tracks that were added."""
    count: int = 0
    missing: int = 0
    unanswered: int = 0
    left_out: int = 0
    cut: int = 0
    """See AddedMany for these."""
    refusal: Refused | None = None
    """Why the first of its tracks that were refused was."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """A place in the line for a Play whose search is still running; never saved."""

    command_id: str
    query: str
    position: Position
    requester_id: int
    requester_name: str
    text_channel_id: int | None
    locale: str
    guild_locale: str | None = None
    """What Discord says of the guild's language."""
    member_limit: int | None = None
    """How many tracks of its requester may wait at once."""
    revives: bool = True
    """May end a stop when its tracks are there; a stop that comes after the Play takes this away."""
    importing: Importing | None = None
    """Its search is one part of many."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A search whose matches are only shown; never saved."""

    command_id: str
    query: str
    locale: str


Place: TypeAlias = Entry | Reservation

Silencing: TypeAlias = Literal["suppressed", "muted"]
"""Why Discord lets nobody hear the bot: it may not speak in its channel, or a member has muted it."""


@dataclass(frozen=True, slots=True)
class Move:
    """The latest MoveTo that was sent."""

    channel_id: int | None
    rev: int
    at_ms: int
    command_id: str | None = None
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class Presence:
    """Where the bot really is in voice, as far as Discord told, and how it got there."""

    channel_id: int | None = None
    """Discord's last word; `PlayerState.voice_channel_id` is where it should be."""
    arrived: bool = False
    """Discord has confirmed the latest MoveTo: only then is another channel a move and none a kick."""
    listeners: int | None = None
    """Humans in the bot's channel; None until Discord told."""
    move: Move | None = None
    joined_for_play: bool = False
    """A Play whose search still runs brought the bot here: it leaves again when nothing comes of it."""
    rejoins: tuple[int, ...] = ()
    """When the bot left and joined again to mend its voice connection (ms since 1970)."""
    reconnects: tuple[int, ...] = ()
    """When the node was given the credentials again to mend it."""
    cut_off: bool = False
    """Discord ended the node's voice connection in a way that it explains by a voice state or server: not yet."""
    dropped_from: int | None = None
    """The channel that the bot was taken out of, while it is not said yet whether the channel was deleted."""
    silencing: Silencing | None = None
    """Why nobody hears what plays, as far as Discord told."""
    silenced_ms: int = 0
    """When Discord said so."""
    complained: tuple[tuple[int, Silencing], ...] = ()
    """Channel and reason of what was said about it in this stay."""

    @property
    def was_in(self) -> bool:
        """The bot was seen where it should be, or was there before this process restored it (no move was sent)."""
        return self.arrived or (self.move is not None and self.move.at_ms == 0)


@dataclass(frozen=True, slots=True)
class Unwritten:
    """What Discord does not let the bot write."""

    channel_id: int
    what: Literal["player", "announcements"]
    missing: tuple[str, ...] = ()
    """Names of project.wire.events.WRITING; empty: not known."""
    told: bool = False

    def same_place(self, other: Unwritten) -> bool:
        """It is about the same."""
        return (self.channel_id, self.what) == (other.channel_id, other.what)


@dataclass(frozen=True, slots=True)
class Answered:
    """The last command of a member that changed something, on which a later word can follow."""

    command_id: str
    locale: str
    at_ms: int


@dataclass(slots=True)
class Memory:
    """One guild player. Fields are reassigned, never mutated in place: a shallow copy is an exact checkpoint."""

    state: PlayerState
    current: Entry | None = None
    line: tuple[Place, ...] = ()
    """The queue in order of play, with the places that running searches hold in it."""
    played: tuple[Entry, ...] = ()
    """Oldest first."""
    cancelled: tuple[Reservation, ...] = ()
    """Places lost to a stop; their commands are answered when the search ends."""
    started_ms: int = 0
    """When the current entry became current."""
    skipped_by: int | None = None
    """Whose skip made the current entry current."""
    confirmed: bool = False
    """The node has begun the current entry, so its position reports are about it."""
    sought_ms: int = 0
    """When somebody moved the position last: reports from before are not about it."""
    lookups: tuple[Lookup, ...] = ()
    """Searches that are answered when they end."""
    anchor: tuple[int, int] | None = None
    """Where the node's position was one place and ours another, as they are at another speed; see position.py."""
    follow_up_search: str | None = None
    """The one search for a track to go on with by itself that runs."""
    follow_up_tries: int = 0
    """How many of those found nothing since the last track."""
    failures: tuple[int, ...] = ()
    """When tracks failed lately (ms since 1970)."""
    healed: tuple[HealStep, int] | None = None
    """What staff tried last to have it heard, and when (ms since 1970)."""
    refused_channel_id: int | None = None
    """Where the player message could not be posted last."""
    unwritten: tuple[Unwritten, ...] = ()
    answered: Answered | None = field(default=None, compare=False)
    presence: Presence = field(default_factory=Presence)

    def copy(self) -> Memory:
        """A checkpoint of it."""
        return replace(self)

    def set_state(self, **changes: Any) -> None:
        """Replace fields of the saved state."""
        self.state = msgspec.structs.replace(self.state, **changes)

    def set_presence(self, **changes: Any) -> None:
        """Replace fields of the presence."""
        self.presence = replace(self.presence, **changes)

    @property
    def queue(self) -> tuple[Entry, ...]:
        """The entries that wait, without the places of running searches."""
        return tuple(place for place in self.line if isinstance(place, Entry))

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """The places that running searches hold."""
        return tuple(place for place in self.line if isinstance(place, Reservation))

    @property
    def on_air(self) -> bool:
        """Something plays or is paused (in contrast to being kept for later)."""
        return self.current is not None and self.state.stopped_by is None

    @property
    def running(self) -> bool:
        """The position clock runs."""
        return self.on_air and not self.state.paused

    @property
    def kept(self) -> int:
        """How many entries would be played after a stop that keeps them."""
        return len(self.queue) + (self.current is not None)

    def position_ms(self, now_ms: int) -> int:
        """How far the current entry has played; never beyond its length."""
        if self.current is None:
            return 0
        position = self.state.position_ms
        if self.running:
            position += round(max(0, now_ms - self.state.position_at_ms) * speed(self.state.filters))
        length = self.current.track.length_ms
        return min(position, length) if length else position

    def set_clock(self, position_ms: int, at_ms: int) -> None:
        """The position was `position_ms` at `at_ms`."""
        self.set_state(position_ms=position_ms, position_at_ms=at_ms)


Checkpoint: TypeAlias = Memory
"""What a player can be rolled back to; treat it as opaque."""
