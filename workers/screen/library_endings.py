"""How commands about a member's library ended, where a sentence is not enough."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from workers.player.outcomes import Ending, Said
from workers.player.track import Track


class Confided(Said, tag="confided", frozen=True, kw_only=True):
    """Said to the member alone: what they keep is their own matter."""


class PlaylistShown(Ending, tag="playlist_shown", frozen=True, kw_only=True):
    """One page of a playlist, counted from 1."""

    guild_id: int
    asked: str
    """By which name it was asked for, or which code."""
    name: str
    owner: str = ""
    """Empty: the member's own."""
    tracks: tuple[Track, ...]
    page: int
    pages: int
    total: int


class PlaylistLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A playlist in a list."""

    name: str
    length: int
    owner: str = ""
    """Empty: the member's own."""
    in_server: bool = False
    """This guild's members may play it."""
    code: str | None = None


class PlaylistsShown(Ending, tag="playlists_shown", frozen=True, kw_only=True):
    """One page of what a member may play."""

    guild_id: int
    playlists: tuple[PlaylistLine, ...]
    page: int
    pages: int


class FavouritesShown(Ending, tag="favourites_shown", frozen=True, kw_only=True):
    """One page of a member's favourites."""

    guild_id: int
    tracks: tuple[Track, ...]
    page: int
    pages: int
    total: int


class PlayedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A track that was played for a member at a moment (s since 1970)."""

    track: Track
    member_id: int
    member_name: str
    at_s: int


class HistoryShown(Ending, tag="history_shown", frozen=True, kw_only=True):
    """One page of what was played in the guild, the latest first."""

    guild_id: int
    of_member: int | None = None
    """Whose; None: all members'."""
    played: tuple[PlayedLine, ...]
    page: int
    pages: int


class PlaylistExported(Ending, tag="playlist_exported", frozen=True, kw_only=True):
    """A playlist as lines of text; all of it, unless it is more than a file may hold."""

    name: str
    lines: tuple[str, ...]
    page: int
    pages: int


LibraryEnding: TypeAlias = Confided | PlaylistShown | PlaylistsShown | FavouritesShown | HistoryShown | PlaylistExported
