"""Imports lines into a playlist part by part: each is committed with how far it is, and whoever comes next goes on.

The first part makes the playlist and looks nothing up, so its member is told at once and later commands find it.
"""

from __future__ import annotations

import time

import msgspec
from django.db import transaction

from apps.billing.selectors import features_get
from apps.library.models import Playlist
from apps.library.services import playlist_add, playlist_create, playlist_delete
from apps.library.validation import LibraryRefused
from apps.playback.models import Command as RecordedCommand
from project.wire.library import PLAYLIST_TRACKS_MAX, ImportPlaylist
from project.wire.messages import Command, Order
from workers.background.desk.library_answers import deny, refused_by_library
from workers.background.desk.library_limits import playlists_allowed
from workers.background.desk.library_tracks import Load, best_of, import_lines, stored
from workers.background.desk.recording import locked, record
from workers.player.facts import UNANSWERED, TracksFound
from workers.player.outcomes import Refused
from workers.screen.desk_endings import DeskEnding, ending_from_json
from workers.screen.importing_endings import PlaylistImported, PlaylistImporting

PART_LINES = 16
"""Two rounds of searches: within a task's time limit, also where every one times out."""
IMPORT_SECONDS = 600
"""Discord takes an answer for 15 minutes; what was not looked up by then is said to be so."""


def is_in_parts(order: Order) -> bool:
    """Whether the order is an import of lines; that of a shared playlist's code is a copy."""
    return isinstance(order, ImportPlaylist) and order.code is None


def is_begun(command_id: str) -> bool:
    """Whether its first part is done: commands that came later need not wait for the others."""
    return RecordedCommand.objects.filter(id=command_id).exists()


def carry_on(command: Command, load: Load) -> DeskEnding:
    """The next part of it; PlaylistImporting while there is more to do. What ended is answered as it ended."""
    order = command.order
    assert isinstance(order, ImportPlaylist)  # noqa: S101 # see is_in_parts
    known = _known(command.id)
    if not isinstance(known, PlaylistImporting):
        return known or _begin(command, order)
    lines = import_lines(order.text)[known.asked : known.lines][:PART_LINES]
    found = load(command.id, lines) if lines and not _too_late(command) else []
    with locked(command.guild_id):
        present = _known(command.id)
        if present != known:
            return present or Refused(reason="failed")
        ending = _with(command, known, found)
        record(command, ending)
    return ending


def _known(command_id: str) -> DeskEnding | None:
    raw = RecordedCommand.objects.filter(id=command_id).values_list("outcome", flat=True).first()
    return None if raw is None else ending_from_json(raw)


def _begin(command: Command, order: ImportPlaylist) -> DeskEnding:
    lines, most = import_lines(order.text), _most(command.guild_id)
    with locked(command.guild_id):
        ending = _known(command.id) or _made(command, order, len(lines), most)
        record(command, ending)
    return ending


def _made(command: Command, order: ImportPlaylist, lines: int, most: int) -> DeskEnding:
    if not lines:
        return deny("playlist.import_nothing")
    actor, guild_id = command.actor, command.guild_id
    try:
        with transaction.atomic():
            playlist = playlist_create(
                owner_id=actor.user_id,
                owner_name=actor.name,
                guild_id=guild_id,
                name=order.name,
                limit=lambda: playlists_allowed(guild_id),
            )
    except LibraryRefused as refused:
        return refused_by_library(refused)
    asked = min(lines, most)
    return PlaylistImporting(name=playlist.name, playlist=playlist.pk, lines=asked, left_out=lines - asked)


def _most(guild_id: int) -> int:
    """Lines and tracks of one import."""
    return min(features_get(guild_id).import_size or PLAYLIST_TRACKS_MAX, PLAYLIST_TRACKS_MAX)


def _with(command: Command, before: PlaylistImporting, found: list[TracksFound]) -> DeskEnding:
    """How it stands with these; nothing found of anything asked for means that nobody can be asked just now."""
    playlist = Playlist.objects.filter(pk=before.playlist).first()
    if playlist is None:
        return deny("playlist.import_gone", name=before.name)
    unanswered = sum(one.failure in UNANSWERED for one in found)
    tracks = [stored(track) for one in found for track in best_of(one)]
    taken = _add(playlist, tracks[: max(0, _most(command.guild_id) - before.count)])
    after = msgspec.structs.replace(
        before,
        name=playlist.name,
        asked=before.asked + len(found),
        count=before.count + taken,
        missing=before.missing + sum(not one.tracks for one in found) - unanswered,
        unanswered=before.unanswered + unanswered,
        left_out=before.left_out + len(tracks) - taken,
    )
    rest = after.lines - after.asked
    if taken < len(tracks):
        return _ended(playlist, msgspec.structs.replace(after, left_out=after.left_out + rest), found)
    if not rest or unanswered == len(found):
        return _ended(playlist, msgspec.structs.replace(after, unanswered=after.unanswered + rest), found)
    return after


def _add(playlist: Playlist, tracks: list[dict[str, object]]) -> int:
    if not tracks:
        return 0
    try:
        with transaction.atomic():
            return playlist_add(owner_id=playlist.owner_id, name=playlist.name, tracks=tracks)[1]
    except LibraryRefused:
        return 0  # full


def _ended(playlist: Playlist, at: PlaylistImporting, found: list[TracksFound]) -> DeskEnding:
    """What brought nothing leaves nothing behind."""
    if at.count:
        return PlaylistImported(
            name=at.name, count=at.count, missing=at.missing, unanswered=at.unanswered, left_out=at.left_out
        )
    if not playlist.tracks.exists():
        playlist_delete(owner_id=playlist.owner_id, name=playlist.name)
    failure = next((one.failure for one in found if one.failure is not None), "timed_out" if at.unanswered else None)
    return Refused(reason=failure or "nothing_found", detail=at.name)


def _too_late(command: Command) -> bool:
    return command.received_ms is not None and time.time() - command.received_ms / 1000 > IMPORT_SECONDS
