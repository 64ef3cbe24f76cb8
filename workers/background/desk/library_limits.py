"""How much of a library a guild's plan allows its members."""

from __future__ import annotations

from apps.billing.selectors import features_get


def playlists_allowed(guild_id: int) -> int | None:
    """Playlists per member, for a command that is given in this guild; None is any number."""
    return features_get(guild_id).saved_playlists
