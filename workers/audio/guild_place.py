"""What one guild's actor sees of its slot: the session on the node where its player is, which may change."""

from __future__ import annotations

from typing import Protocol

from workers.audio.node_link import NodeLink
from workers.node_ports import NodeSession
from workers.player.limits import GuildRules, Limits
from workers.player.outcomes import Said


class Slot(Protocol):
    """The slot behind all its guilds' places."""

    slot: int
    epoch: int
    lost: bool

    def trusted(self) -> bool:
        """Whether the slot's lease is certain at this moment."""

    def link_of(self, guild_id: int) -> NodeLink:
        """Where the guild's player is, or would be."""

    def play_elsewhere(self, guild_id: int, wanted: str | None = None) -> Said:
        """Have the guild move to that node, else to any other; says where to, or why not."""

    def looks_for(self, guild_id: int) -> bool:
        """Whether a look at its node is due for the guild."""

    def terms(self, guild_id: int) -> tuple[Limits, GuildRules]:
        """What the guild's plan and rules allow."""

    def forget(self, guild_id: int) -> None:
        """The guild has nothing to play: it needs no memory."""


class GuildPlace:
    """Implements actor_ports.ActorSlot for one guild."""

    def __init__(self, slot: Slot, guild_id: int) -> None:
        self.slot, self.epoch = slot.slot, slot.epoch
        self.trusted, self.terms, self.forget, self.looks_for = slot.trusted, slot.terms, slot.forget, slot.looks_for
        self.play_elsewhere = slot.play_elsewhere
        self._slot, self._guild_id = slot, guild_id

    @property
    def lost(self) -> bool:
        """Another owner was seen: nothing of this slot may be touched any more."""
        return self._slot.lost

    @lost.setter
    def lost(self, value: bool) -> None:
        self._slot.lost = value

    @property
    def session(self) -> NodeSession:
        """The session on the guild's node."""
        return self._slot.link_of(self._guild_id).session

    @property
    def connected(self) -> bool:
        """Whether that session is open; while it is not, the player is only desired state."""
        return self._slot.link_of(self._guild_id).connected

    @property
    def hears(self) -> bool:
        """Whether the guild's node tells what it does: it is met, and its events come here."""
        link = self._slot.link_of(self._guild_id)
        return link.connected and link.away_for == 0 and not link.session.held

    def claim_later(self, guild_id: int) -> None:
        """Have the guild's player marked with our epoch when it is its turn: a ClaimDue follows."""
        self._slot.link_of(guild_id).claim_later(guild_id)

    def look_later(self, guild_id: int) -> None:
        """Ask the guild's node what it does for it; the answer comes as a Looked."""
        self._slot.link_of(guild_id).look_later(guild_id)
