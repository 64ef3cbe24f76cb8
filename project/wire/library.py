"""Orders about what members keep: playlists, favourites, history. The desk serves them; playing is the player's."""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias

from project.wire.wish import DeskWish

NAME_LENGTH = 60
"""Characters of a playlist's name."""
PLAYLIST_TRACKS_MAX = 1_000
"""Tracks of a playlist, as many as the largest queue of a paid plan."""
FAVOURITES_MAX = 500
PAGE_SIZE = 10
"""Lines on a page."""

Sharing: TypeAlias = Literal["server", "code", "private"]


class CreatePlaylist(DeskWish, tag="playlist_create", frozen=True, kw_only=True):
    """Begin an empty playlist."""

    name: str


class DeletePlaylist(DeskWish, tag="playlist_delete", frozen=True, kw_only=True):
    """Remove one of one's own with all its tracks."""

    name: str


class RenamePlaylist(DeskWish, tag="playlist_rename", frozen=True, kw_only=True):
    """Call one of one's own something else."""

    name: str
    new_name: str


class AddToPlaylist(DeskWish, tag="playlist_add", frozen=True, kw_only=True):
    """Put a track, or all of a playlist's address, into one's own; without a query what plays now."""

    name: str
    query: str | None = None


class AddQueueToPlaylist(DeskWish, tag="playlist_add_queue", frozen=True, kw_only=True):
    """Put what plays and what waits into one's own; it is made if there is none of that name."""

    name: str


class RemoveFromPlaylist(DeskWish, tag="playlist_remove", frozen=True, kw_only=True):
    """Take a track (counted from 1), or all from one to another, out of one's own."""

    name: str
    first: int
    last: int | None = None


class ShowPlaylist(DeskWish, tag="playlist_show", frozen=True, kw_only=True):
    """One page of a playlist that the actor may play."""

    read: ClassVar[bool] = True

    name: str
    page: int = 1


class ListPlaylists(DeskWish, tag="playlist_list", frozen=True, kw_only=True):
    """One's own, and those that are shared in the guild."""

    read: ClassVar[bool] = True

    page: int = 1


class SuggestPlaylists(DeskWish, tag="playlist_suggest", frozen=True, kw_only=True):
    """The names of one's own, for who types one. Answered with Suggestions and never with an Outcome."""

    read: ClassVar[bool] = True


class SharePlaylist(DeskWish, tag="playlist_share", frozen=True, kw_only=True):
    """Let the guild's members, or whoever has a code, play one of one's own; or nobody any more."""

    name: str
    sharing: Sharing = "server"


class ImportPlaylist(DeskWish, tag="playlist_import", frozen=True, kw_only=True):
    """Make a playlist of lines with an address or search words each, or of a shared playlist by its code."""

    name: str
    text: str = ""
    code: str | None = None


class ExportPlaylist(DeskWish, tag="playlist_export", frozen=True, kw_only=True):
    """One page of a playlist as lines that can be imported."""

    read: ClassVar[bool] = True

    name: str
    page: int = 1


class AddFavourite(DeskWish, tag="favourite_add", frozen=True, kw_only=True):
    """Keep a track; without a query what plays now."""

    query: str | None = None


class ToggleFavourite(DeskWish, tag="favourite_toggle", frozen=True, kw_only=True):
    """Keep the track of an entry of the guild's queue, or keep it no longer: the player message's button."""

    entry: int


class ListFavourites(DeskWish, tag="favourite_list", frozen=True, kw_only=True):
    """One page of one's favourites."""

    read: ClassVar[bool] = True

    page: int = 1


class RemoveFavourite(DeskWish, tag="favourite_remove", frozen=True, kw_only=True):
    """Keep a track no longer, by its place in the list (from 1)."""

    position: int


class ShowHistory(DeskWish, tag="history", frozen=True, kw_only=True):
    """What was played in the guild lately, for all or for one member."""

    read: ClassVar[bool] = True

    member_id: int | None = None
    page: int = 1


LibraryOrder: TypeAlias = (
    CreatePlaylist
    | DeletePlaylist
    | RenamePlaylist
    | AddToPlaylist
    | AddQueueToPlaylist
    | RemoveFromPlaylist
    | ShowPlaylist
    | ListPlaylists
    | SuggestPlaylists
    | SharePlaylist
    | ImportPlaylist
    | ExportPlaylist
    | AddFavourite
    | ToggleFavourite
    | ListFavourites
    | RemoveFavourite
    | ShowHistory
)
