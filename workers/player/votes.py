"""How many votes skip a track."""

from __future__ import annotations

from workers.player.limits import GuildRules
from workers.player.memory import Memory


def votes_needed(memory: Memory, rules: GuildRules) -> int:
    """The guild's share of those who listen, rounded up; where others listen, one vote never decides for them."""
    listeners = memory.presence.listeners
    if listeners is None:  # Discord has not told yet
        return 2
    share = -(-listeners * rules.voteskip_percent // 100)
    return max(share, min(listeners, 2), 1)
