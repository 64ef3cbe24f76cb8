"""What an API token may do; a person who signed in and manages a guild may do all of it there."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """One thing that a token may do."""

    PLAYER_READ = "player:read"
    """See the player, the queue, the history and events; search."""
    PLAYER_CONTROL = "player:control"
    QUEUE_WRITE = "queue:write"
    PLAYLISTS = "playlists"
    BILLING_READ = "billing:read"
    ADMIN = "admin"
    """Read and change the guild's settings."""


ALL_SCOPES = frozenset(Scope)
