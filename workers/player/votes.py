"""How many votes skip a track, and whose count."""

from __future__ import annotations

from collections.abc import Collection

from workers.player.limits import GuildRules
from workers.player.memory import Memory


def take_back_votes(memory: Memory, present: Collection[int] | None) -> None:
    """Only those vote who listen; None: who does is not known."""
    votes = memory.state.votes
    if votes and present is not None:
        memory.set_state(votes=tuple(user for user in votes if user in present))


def votes_needed(memory: Memory, rules: GuildRules) -> int:
    """The guild's share of those who listen, rounded up; where others listen, one vote never decides for them."""
    listeners = memory.presence.listeners
    if listeners is None:  # Discord has not told yet
        return 2
    share = -(-listeners * rules.voteskip_percent // 100)
    return max(share, min(listeners, 2), 1)
