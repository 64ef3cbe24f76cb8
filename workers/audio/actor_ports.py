"""What a guild's actor needs of its process and of its slot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from project.wire.orders import PlaySaved
from workers.audio.change_teller import ChangeTeller
from workers.audio.node_hands import SlotSession
from workers.audio.speaker import Speaker
from workers.audio.troubles import TroubleNotes
from workers.player.facts import TracksFound
from workers.player.limits import GuildRules, Limits
from workers.player.outcomes import Said
from workers.ports import GuildTerms, LyricsFinder, PlayerStore, Suggestions, TrackFinder, VoiceMirror


@dataclass(frozen=True)
class ActorPorts:
    """What every actor of a process shares."""

    store: PlayerStore
    finder: TrackFinder
    lyrics: LyricsFinder
    mirror: VoiceMirror
    speaker: Speaker
    suggestions: Suggestions
    clock: Callable[[], int]
    """ms since 1970"""
    terms: GuildTerms
    changes: ChangeTeller
    saved: SavedTracks
    troubles: TroubleNotes


class SavedTracks(Protocol):
    """What members keep."""

    async def fetch(self, command_id: str, guild_id: int, member_id: int, saved: PlaySaved) -> TracksFound:
        """What the order means, as that member in that guild; never raises: what went wrong is in `failure`."""


class ActorSlot(SlotSession, Protocol):
    """The slot that an actor's guild belongs to."""

    def terms(self, guild_id: int) -> tuple[Limits, GuildRules]:
        """What the guild's plan and rules allow."""

    @property
    def hears(self) -> bool:
        """Whether the guild's node tells what it does: it is met, and its events come here."""

    def play_elsewhere(self, guild_id: int, wanted: str | None = None) -> Said:
        """Have the guild move to that node, else to any other (a NodeLost follows); says where to, or why not."""

    def claim_later(self, guild_id: int) -> None:
        """Have the guild's player marked with our epoch when it is its turn: a ClaimDue follows."""

    def looks_for(self, guild_id: int) -> bool:
        """Whether a look at the node is due for the guild."""

    def forget(self, guild_id: int) -> None:
        """The guild has nothing to play: it needs no memory."""
