"""Writes to what members keep: validated, and one after the other per member, so that limits hold."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from apps.library.announcement import announce_names
from apps.library.models import Favourite, HistoryEntry, Playlist, PlaylistTrack
from apps.library.selectors import playlist_own
from apps.library.validation import LibraryRefused, checked_name, identity_of
from project.wire.library import FAVOURITES_MAX, PLAYLIST_TRACKS_MAX, Sharing

Track = dict[str, Any]

CODE_SIGNS = string.ascii_letters + string.digits
CODE_LENGTH = 14
"""83 random bits that a member can copy out of any text."""
FORGET_AT_ONCE = 5_000
"""Rows of history per statement."""


def playlist_create(
    *, owner_id: int, owner_name: str, guild_id: int, name: str, limit: Callable[[], int | None]
) -> Playlist:
    """A new empty playlist; `limit` is how many the owner may have (None: any number), asked where it matters.

    Raises LibraryRefused.
    """
    plain = checked_name(name)
    with transaction.atomic():
        _lock(owner_id)
        if playlist_own(owner_id=owner_id, name=plain) is not None:
            raise LibraryRefused("name_taken", name=plain)
        most = limit()
        if most is not None and Playlist.objects.filter(owner_id=owner_id).count() >= most:
            raise LibraryRefused("too_many", limit=most)
        transaction.on_commit(lambda: announce_names(owner_id))
        return Playlist.objects.create(owner_id=owner_id, owner_name=owner_name, guild_id=guild_id, name=plain)


def playlist_delete(*, owner_id: int, name: str) -> str:
    """Remove a member's own playlist; raises LibraryRefused. Returns how it was called."""
    with transaction.atomic():
        playlist = _own(owner_id, name)
        playlist.delete()
        transaction.on_commit(lambda: announce_names(owner_id))
        return playlist.name


def playlist_rename(*, owner_id: int, name: str, new_name: str) -> Playlist:
    """Call it something else, perhaps only in another case; raises LibraryRefused."""
    plain = checked_name(new_name)
    with transaction.atomic():
        playlist = _own(owner_id, name)
        other = playlist_own(owner_id=owner_id, name=plain)
        if other is not None and other.pk != playlist.pk:
            raise LibraryRefused("name_taken", name=plain)
        playlist.name = plain
        playlist.save(update_fields=["name"])
        transaction.on_commit(lambda: announce_names(owner_id))
        return playlist


def playlist_add(*, owner_id: int, name: str, tracks: Sequence[Track]) -> tuple[Playlist, int]:
    """Put tracks at the end, as many as fit; how many that were. Raises LibraryRefused."""
    if not tracks:
        raise LibraryRefused("no_tracks")
    with transaction.atomic():
        playlist = _own(owner_id, name)
        state = PlaylistTrack.objects.filter(playlist=playlist)
        room = PLAYLIST_TRACKS_MAX - state.count()
        if room <= 0:
            raise LibraryRefused("full", name=playlist.name, limit=PLAYLIST_TRACKS_MAX)
        taken = tracks[:room]
        last = state.aggregate(last=Max("rank"))["last"] or 0
        PlaylistTrack.objects.bulk_create(
            PlaylistTrack(playlist=playlist, rank=rank, track=track) for rank, track in enumerate(taken, start=last + 1)
        )
        return playlist, len(taken)


def playlist_remove(*, owner_id: int, name: str, first: int, last: int) -> tuple[Playlist, list[Track]]:
    """Take out what is at these places, counted from 1; returns it. Raises LibraryRefused."""
    with transaction.atomic():
        playlist = _own(owner_id, name)
        tracks = list(PlaylistTrack.objects.filter(playlist=playlist).order_by("rank"))
        low, high = sorted((first, last))
        if not 1 <= low <= high <= len(tracks):
            raise LibraryRefused("position", name=playlist.name, limit=len(tracks))
        gone = tracks[low - 1 : high]
        PlaylistTrack.objects.filter(pk__in=[one.pk for one in gone]).delete()
        return playlist, [one.track for one in gone]


def playlist_share(*, owner_id: int, owner_name: str, guild_id: int, name: str, sharing: Sharing) -> Playlist:
    """Let a guild or whoever has its code play it; `private` ends both, and the old code never works again."""
    with transaction.atomic():
        playlist = _own(owner_id, name)
        playlist.owner_name = owner_name
        if sharing == "server":
            playlist.shared_guild_id = guild_id
        elif sharing == "code":
            playlist.share_code = playlist.share_code or _new_code()
        else:
            playlist.shared_guild_id = playlist.share_code = None
        playlist.save(update_fields=["owner_name", "shared_guild_id", "share_code"])
        return playlist


def favourite_add(*, member_id: int, track: Track) -> bool:
    """Keep a track; False if it was kept already. Raises LibraryRefused."""
    with transaction.atomic():
        _lock(member_id)
        kept = Favourite.objects.filter(member_id=member_id)
        if kept.filter(identity=identity_of(track)).exists():
            return False
        if kept.count() >= FAVOURITES_MAX:
            raise LibraryRefused("favourites_full", limit=FAVOURITES_MAX)
        last = kept.aggregate(last=Max("rank"))["last"] or 0
        Favourite.objects.create(member_id=member_id, identity=identity_of(track), rank=last + 1, track=track)
        return True


def favourite_toggle(*, member_id: int, track: Track) -> bool:
    """Keep a track, or keep it no longer; whether it is kept now. Raises LibraryRefused."""
    with transaction.atomic():
        _lock(member_id)
        gone, _ = Favourite.objects.filter(member_id=member_id, identity=identity_of(track)).delete()
        return not gone and favourite_add(member_id=member_id, track=track)


def favourite_remove(*, member_id: int, position: int) -> Track:
    """Keep what is at a place (from 1) no longer; returns it. Raises LibraryRefused."""
    with transaction.atomic():
        _lock(member_id)
        kept = Favourite.objects.filter(member_id=member_id).order_by("rank", "id")
        found = kept[position - 1 : position].first() if position >= 1 else None
        if found is None:
            raise LibraryRefused("no_such_favourite", limit=kept.count())
        found.delete()
        track: Track = found.track
        return track


def history_forget(*, guild_id: int, before: datetime) -> int:
    """Forget what was played in a guild before a moment; how many rows."""
    return _delete_in_parts({"guild_id": guild_id, "at__lt": before})


def guild_library_forget(*, guild_id: int) -> int:
    """Take back what was shared with a guild that is no more; how many playlists. They stay their owners'."""
    return Playlist.objects.filter(shared_guild_id=guild_id).update(shared_guild_id=None)


def member_erase(*, member_id: int) -> int:
    """Remove everything that is kept of a member here; how many rows. Doing it twice is harmless."""
    with transaction.atomic():
        _lock(member_id)
        playlists, _ = Playlist.objects.filter(owner_id=member_id).delete()
        favourites, _ = Favourite.objects.filter(member_id=member_id).delete()
        transaction.on_commit(lambda: announce_names(member_id))
    return playlists + favourites + _delete_in_parts({"member_id": member_id})


def _delete_in_parts(wanted: dict[str, Any]) -> int:
    """Of the history; each part is a short statement, so that nobody who plays music waits behind a long one."""
    total = 0
    while True:
        part = HistoryEntry.objects.filter(**wanted).order_by("-at").values("pk")[:FORGET_AT_ONCE]
        gone, _ = HistoryEntry.objects.filter(pk__in=part).delete()
        total += gone
        if gone < FORGET_AT_ONCE:
            return total


def _own(owner_id: int, name: str) -> Playlist:
    """A member's playlist, and no other change of theirs before the transaction ends; raises LibraryRefused."""
    _lock(owner_id)
    playlist = playlist_own(owner_id=owner_id, name=name)
    if playlist is None:
        raise LibraryRefused("unknown", name=name)
    return playlist


def _new_code() -> str:
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


def _lock(member_id: int) -> None:
    """A member may give commands in two guilds at once. Taken after the guild's lock, never before it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [member_id])
