"""How an import into a playlist stands, and how it ended."""

from __future__ import annotations

from workers.player.outcomes import Ending


class PlaylistImporting(Ending, tag="playlist_importing", frozen=True, kw_only=True):
    """It is under way: recorded with each part, so that whoever goes on knows where."""

    name: str
    playlist: int
    """Its id: it may be called something else before the import is over."""
    lines: int
    """How many are looked up in all."""
    asked: int = 0
    """How many were, found or not."""
    count: int = 0
    """Tracks that are in."""
    missing: int = 0
    unanswered: int = 0
    """See AddedMany for these."""
    left_out: int = 0
    """Lines and tracks for which the plan or the playlist has no room."""


class PlaylistImported(Ending, tag="playlist_imported", frozen=True, kw_only=True):
    """It is over, and some tracks are in."""

    name: str
    count: int
    missing: int = 0
    unanswered: int = 0
    left_out: int = 0
