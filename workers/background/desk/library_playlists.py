"""What the desk does with members' playlists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apps.library.announcement import announce_names
from apps.library.models import Playlist
from apps.library.selectors import (
    playlist_by_code,
    playlist_own,
    playlist_playable,
    playlist_tracks,
    playlists_seen,
)
from apps.library.services import (
    playlist_add,
    playlist_create,
    playlist_delete,
    playlist_remove,
    playlist_rename,
    playlist_share,
)
from project.wire.desk import DeskOrder
from project.wire.library import (
    PAGE_SIZE,
    PLAYLIST_TRACKS_MAX,
    AddQueueToPlaylist,
    AddToPlaylist,
    CreatePlaylist,
    DeletePlaylist,
    ExportPlaylist,
    ImportPlaylist,
    ListPlaylists,
    RemoveFromPlaylist,
    RenamePlaylist,
    SharePlaylist,
    ShowPlaylist,
)
from project.wire.messages import Command
from workers.background.desk.library_answers import deny, page_of, refusable, say
from workers.background.desk.library_limits import playlists_allowed
from workers.background.desk.library_tracks import (
    Resolved,
    StoredTrack,
    current_track,
    queued_tracks,
    track_of,
)
from workers.player.exporting import export_pages
from workers.player.outcomes import Refused
from workers.screen.desk_endings import DeskEnding
from workers.screen.library_endings import PlaylistExported, PlaylistLine, PlaylistShown, PlaylistsShown


def create(command: Command, order: CreatePlaylist) -> DeskEnding:
    """An empty one."""
    return say("playlist.created", name=_created(command, order.name).name)


def delete(command: Command, order: DeletePlaylist) -> DeskEnding:
    """One's own, whole."""
    return say("playlist.deleted", name=playlist_delete(owner_id=command.actor.user_id, name=order.name))


def rename(command: Command, order: RenamePlaylist) -> DeskEnding:
    """One's own."""
    playlist = playlist_rename(owner_id=command.actor.user_id, name=order.name, new_name=order.new_name)
    return say("playlist.renamed", before=order.name, name=playlist.name)


def add(command: Command, wanted: Resolved) -> DeskEnding:
    """What was found, or what plays."""
    order: AddToPlaylist = wanted.order
    if wanted.refused is not None:
        return wanted.refused
    playing = current_track(command.guild_id) if not order.query else None
    tracks = list(wanted.tracks) if order.query else [playing] if playing is not None else []
    if not tracks:
        return deny("library.nothing_plays")
    return _add(command, order.name, tracks)


def add_queue(command: Command, order: AddQueueToPlaylist) -> DeskEnding:
    """What plays and what waits."""
    tracks = queued_tracks(command.guild_id)
    if tracks and playlist_own(owner_id=command.actor.user_id, name=order.name) is None:
        _created(command, order.name)
    return _add(command, order.name, tracks)


def remove(command: Command, order: RemoveFromPlaylist) -> DeskEnding:
    """By place."""
    last = order.first if order.last is None else order.last
    playlist, gone = playlist_remove(owner_id=command.actor.user_id, name=order.name, first=order.first, last=last)
    if len(gone) == 1:
        return say("playlist.removed", title=str(gone[0]["title"]), name=playlist.name)
    return say("playlist.removed_many", n=len(gone), name=playlist.name)


def show(command: Command, order: ShowPlaylist) -> DeskEnding:
    """A page of it."""
    playlist = _playable(command, order.name)
    if playlist is None:
        return Refused(reason="playlist_unknown", detail=order.name)
    total = playlist.tracks.count()
    page, pages = page_of(total, order.page)
    tracks = playlist_tracks(playlist=playlist, first=(page - 1) * PAGE_SIZE, count=PAGE_SIZE)
    return PlaylistShown(
        guild_id=command.guild_id,
        asked=order.name,
        name=playlist.name,
        owner=_foreign_owner(command, playlist),
        tracks=tuple(map(track_of, tracks)),
        page=page,
        pages=pages,
        total=total,
    )


def list_all(command: Command, order: ListPlaylists) -> DeskEnding:
    """One's own and the guild's; who looks at them will type one of them next."""
    announce_names(command.actor.user_id)
    seen = playlists_seen(member_id=command.actor.user_id, guild_id=command.guild_id)
    page, pages = page_of(seen.count(), order.page)
    shown = seen[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    lines = tuple(_line(command, one) for one in shown)
    return PlaylistsShown(guild_id=command.guild_id, playlists=lines, page=page, pages=pages)


def share(command: Command, order: SharePlaylist) -> DeskEnding:
    """With the guild, by code, or no longer."""
    actor = command.actor
    playlist = playlist_share(
        owner_id=actor.user_id,
        owner_name=actor.name,
        guild_id=command.guild_id,
        name=order.name,
        sharing=order.sharing,
    )
    match order.sharing:
        case "server":
            return say("playlist.shared.server", name=playlist.name)
        case "code":
            return say("playlist.shared.code", name=playlist.name, code=str(playlist.share_code))
        case "private":
            return say("playlist.shared.private", name=playlist.name)


def import_shared(command: Command, order: ImportPlaylist) -> DeskEnding:
    """A copy of what somebody shared by its code; lines are `library_importing`'s."""
    shared = playlist_by_code(code=order.code or "")
    if shared is None:
        return deny("playlist.import_unknown")
    tracks = playlist_tracks(playlist=shared)
    if not tracks:
        return Refused(reason="nothing_found", detail=order.name)
    playlist = _created(command, order.name)
    _, count = playlist_add(owner_id=command.actor.user_id, name=playlist.name, tracks=tracks)
    return say("playlist.imported", n=count, name=playlist.name)


def export(command: Command, order: ExportPlaylist) -> DeskEnding:
    """Its lines; a page that does not exist is the nearest one."""
    playlist = _playable(command, order.name)
    if playlist is None:
        return Refused(reason="playlist_unknown", detail=order.name)
    pages = export_pages(map(track_of, playlist_tracks(playlist=playlist)))
    page = min(max(1, order.page), len(pages))
    return PlaylistExported(name=playlist.name, lines=pages[page - 1], page=page, pages=len(pages))


def _created(command: Command, name: str) -> Playlist:
    actor, guild_id = command.actor, command.guild_id
    return playlist_create(
        owner_id=actor.user_id,
        owner_name=actor.name,
        guild_id=guild_id,
        name=name,
        limit=lambda: playlists_allowed(guild_id),
    )


def _add(command: Command, name: str, tracks: list[StoredTrack]) -> DeskEnding:
    playlist, count = playlist_add(owner_id=command.actor.user_id, name=name, tracks=tracks)
    if count < len(tracks):
        return say("playlist.added_part", n=count, name=playlist.name, limit=PLAYLIST_TRACKS_MAX)
    if count == 1:
        return say("playlist.added", title=str(tracks[0]["title"]), name=playlist.name)
    return say("playlist.added_many", n=count, name=playlist.name)


def _playable(command: Command, name: str) -> Playlist | None:
    return playlist_playable(member_id=command.actor.user_id, guild_id=command.guild_id, name=name)


def _foreign_owner(command: Command, playlist: Playlist) -> str:
    return "" if playlist.owner_id == command.actor.user_id else playlist.owner_name or "–"


def _line(command: Command, playlist: Any) -> PlaylistLine:
    """`length` comes with the query."""
    owner = _foreign_owner(command, playlist)
    return PlaylistLine(
        name=playlist.name,
        length=playlist.length,
        owner=owner,
        in_server=playlist.shared_guild_id == command.guild_id,
        code=None if owner else playlist.share_code,
    )


HANDLERS: dict[type[DeskOrder], Callable[[Command, Any], DeskEnding]] = {
    CreatePlaylist: refusable(create),
    DeletePlaylist: refusable(delete),
    RenamePlaylist: refusable(rename),
    AddToPlaylist: refusable(add),
    AddQueueToPlaylist: refusable(add_queue),
    RemoveFromPlaylist: refusable(remove),
    ShowPlaylist: show,
    ListPlaylists: list_all,
    SharePlaylist: refusable(share),
    ImportPlaylist: refusable(import_shared),
    ExportPlaylist: export,
}
