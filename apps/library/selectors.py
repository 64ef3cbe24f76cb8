"""Reads of what members keep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from apps.library.models import Favourite, HistoryEntry, Playlist, PlaylistTrack
from apps.library.validation import identity_of

Track = dict[str, Any]


def playlist_own(*, owner_id: int, name: str) -> Playlist | None:
    """A member's own playlist by its name, in any case."""
    return _named(" ".join(name.split())).filter(owner_id=owner_id).first()


def playlist_playable(*, member_id: int, guild_id: int, name: str) -> Playlist | None:
    """What a member means by a name: their own, else one that is shared in the guild, else one by its code.

    The audio workers ask the same by hand: workers/adapters/saved_tracks.py.
    """
    own = playlist_own(owner_id=member_id, name=name)
    if own is not None:
        return own
    shared = _named(" ".join(name.split())).filter(shared_guild_id=guild_id).order_by("id").first()
    return shared or playlist_by_code(code=name)


def playlist_by_code(*, code: str) -> Playlist | None:
    """The playlist that somebody shared by this code."""
    return Playlist.objects.filter(share_code=code.strip()).first()


def playlists_seen(*, member_id: int, guild_id: int) -> QuerySet[Playlist]:
    """A member's own playlists first, then those that others share in the guild; each with `length`."""
    seen = Playlist.objects.filter(Q(owner_id=member_id) | Q(shared_guild_id=guild_id))
    return seen.annotate(length=Count("tracks"), foreign=~Q(owner_id=member_id)).order_by(
        "foreign", Lower("name"), "id"
    )


def playlist_tracks(*, playlist: Playlist, first: int = 0, count: int | None = None) -> list[Track]:
    """Its tracks in order, from the place `first` (0 is the first one)."""
    tracks = PlaylistTrack.objects.filter(playlist=playlist).order_by("rank").values_list("track", flat=True)
    return list(tracks[first:] if count is None else tracks[first : first + count])


def favourites_count(*, member_id: int) -> int:
    """How many a member keeps."""
    return Favourite.objects.filter(member_id=member_id).count()


def favourites_page(*, member_id: int, first: int, count: int) -> list[Track]:
    """A member's favourites, the oldest first."""
    kept = Favourite.objects.filter(member_id=member_id).order_by("rank", "id").values_list("track", flat=True)
    return list(kept[first : first + count])


def favourite_has(*, member_id: int, track: Track) -> bool:
    """Whether a member keeps the track."""
    return Favourite.objects.filter(member_id=member_id, identity=identity_of(track)).exists()


def history_of(*, guild_id: int, member_id: int | None = None) -> QuerySet[HistoryEntry]:
    """What was played in a guild, the latest first."""
    played = HistoryEntry.objects.filter(guild_id=guild_id)
    if member_id is not None:
        played = played.filter(member_id=member_id)
    return played.order_by("-at", "-id")


def member_library(*, member_id: int) -> dict[str, list[dict[str, Any]]]:
    """Everything that is kept of one member here, for whoever asks for their own data."""
    return {
        "playlists": list(_playlists_whole(member_id)),
        "favourites": [
            {"track": one.track, "added_at": one.added_at.isoformat()}
            for one in Favourite.objects.filter(member_id=member_id).order_by("rank", "id")
        ],
        "history": [
            {"guild_id": str(one.guild_id), "name": one.member_name, "track": one.track, "at": one.at.isoformat()}
            for one in HistoryEntry.objects.filter(member_id=member_id).order_by("-at", "-id").iterator()
        ],
    }


def _playlists_whole(member_id: int) -> Iterator[dict[str, Any]]:
    for playlist in Playlist.objects.filter(owner_id=member_id).order_by("id"):
        yield {
            "name": playlist.name,
            "guild_id": str(playlist.guild_id),
            "shared_guild_id": None if playlist.shared_guild_id is None else str(playlist.shared_guild_id),
            "share_code": playlist.share_code,
            "created_at": playlist.created_at.isoformat(),
            "tracks": playlist_tracks(playlist=playlist),
        }


def _named(name: str) -> QuerySet[Playlist]:
    """In the form of the unique index, so that PostgreSQL uses it."""
    return Playlist.objects.filter(Exact(Lower("name"), Lower(Value(name))))
