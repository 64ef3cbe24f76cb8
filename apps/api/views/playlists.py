"""Playlists: a person's own; and through a guild's token what whoever made it shares there.

Changes are orders for the desk like those that members type: once per Idempotency-Key, within the guild's plan.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.scopes import Scope
from apps.api.commands import carry_out
from apps.api.fields import Body, Snowflake, Text
from apps.api.idempotency import command_id_of, part_of
from apps.api.outcomes import answer, pending, shown
from apps.api.pages import PageQuery, cursor_at, page_of
from apps.api.problems import Problem
from apps.api.shapes import COMMAND, CommandShape, TrackShape, page_shape
from apps.api.view import View
from apps.library.models import Playlist
from apps.library.selectors import playlist_own, playlist_tracks
from apps.playback.selectors import track_seen
from project.wire.library import (
    NAME_LENGTH,
    PLAYLIST_TRACKS_MAX,
    AddToPlaylist,
    CreatePlaylist,
    DeletePlaylist,
    RemoveFromPlaylist,
    RenamePlaylist,
    SharePlaylist,
)
from project.wire.messages import Order

LONGEST_QUERY = 1_000


class PlaylistShape(serializers.Serializer[Any]):
    """A playlist."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    owner_id = serializers.CharField()
    owner_name = serializers.CharField(allow_blank=True)
    shared_guild_id = serializers.CharField(allow_null=True)
    length = serializers.IntegerField()


class WholePlaylistShape(PlaylistShape):
    """A playlist with its tracks."""

    tracks = TrackShape(many=True)


class NewPlaylist(Body):
    """An empty playlist; through a token its guild may play it."""

    name = Text(max_length=NAME_LENGTH)
    guild_id = Snowflake(required=False, help_text="Whose plan counts, where the caller reaches several guilds.")


class NewName(Body):
    """What a playlist is called from now on."""

    name = Text(max_length=NAME_LENGTH)


class NewPlaylistTrack(Body):
    """What to add."""

    query = Text(max_length=LONGEST_QUERY, help_text="Search words or a link; of a playlist all tracks are added.")


class PlaylistsView(View):
    """`playlists/`."""

    needs = {"GET": Scope.PLAYLISTS, "POST": Scope.PLAYLISTS}

    @extend_schema(
        operation_id="playlist_list", parameters=[PageQuery], responses=page_shape("Playlists", PlaylistShape)
    )
    def get(self, request: Request) -> Response:
        """A token's: those that are shared in its guild. A person's: their own."""
        limit, behind = page_of(request)
        rows = list(_playlists(self).filter(pk__gt=behind[0] if behind else 0)[: limit + 1])
        page = rows[:limit]
        following = cursor_at(page[-1].pk, 0) if rows[limit:] else None
        return Response({"items": [_playlist(row) for row in page], "next": following})

    @extend_schema(
        operation_id="playlist_create",
        request=NewPlaylist,
        responses={201: PlaylistShape, 202: OpenApiResponse(CommandShape, description="Not done yet.")},
    )
    def post(self, request: Request) -> Response:
        """Begin an empty playlist, which is yours; through a token, its maker's, and shared in its guild."""
        body = NewPlaylist(data=request.data)
        body.is_valid(raise_exception=True)
        name, owner_id = body.validated_data["name"], _owner_of(self)
        guild_id = _guild_of(self, None, body.validated_data.get("guild_id"))
        key = command_id_of(request, self.caller)
        asked = carry_out(self.caller, guild_id, CreatePlaylist(name=name), command_id=key)
        if asked.ended is not None and self.caller.kind == "token":
            shown(asked.ended)  # raises where it was refused
            asked = carry_out(self.caller, guild_id, SharePlaylist(name=name), command_id=part_of(key, "share"))
        if asked.ended is None:
            return pending(asked.command_id)
        shown(asked.ended)
        made = playlist_own(owner_id=owner_id, name=name)
        row = _playlists(self).filter(pk=made.pk).first() if made is not None else None
        if row is None:
            raise Problem(409, "gone", "The playlist was made, and is gone again or was renamed.")
        return Response(_playlist(row), status=201)


class PlaylistView(View):
    """`playlists/{id}`."""

    needs = {"GET": Scope.PLAYLISTS, "PATCH": Scope.PLAYLISTS, "DELETE": Scope.PLAYLISTS}

    @extend_schema(operation_id="playlist_show", responses=WholePlaylistShape)
    def get(self, request: Request, playlist_id: int) -> Response:
        """One playlist with its tracks."""
        found = _seen(self, playlist_id)
        tracks = [track_seen(track) for track in playlist_tracks(playlist=found)]
        return Response({**_playlist(found), "tracks": tracks})

    @extend_schema(operation_id="playlist_rename", request=NewName, responses=COMMAND)
    def patch(self, request: Request, playlist_id: int) -> Response:
        """Call it something else."""
        body = NewName(data=request.data)
        body.is_valid(raise_exception=True)
        found = _own(self, playlist_id)
        return _order(self, found, RenamePlaylist(name=found.name, new_name=body.validated_data["name"]))

    @extend_schema(operation_id="playlist_delete", responses=COMMAND)
    def delete(self, request: Request, playlist_id: int) -> Response:
        """Remove it with all its tracks."""
        found = _own(self, playlist_id)
        return _order(self, found, DeletePlaylist(name=found.name))


class PlaylistTracksView(View):
    """`playlists/{id}/tracks`."""

    needs = {"POST": Scope.PLAYLISTS}

    @extend_schema(operation_id="playlist_track_add", request=NewPlaylistTrack, responses=COMMAND)
    def post(self, request: Request, playlist_id: int) -> Response:
        """Add what a search finds, or all that a link stands for."""
        body = NewPlaylistTrack(data=request.data)
        body.is_valid(raise_exception=True)
        found = _own(self, playlist_id)
        return _order(self, found, AddToPlaylist(name=found.name, query=body.validated_data["query"]))


class PlaylistTrackView(View):
    """`playlists/{id}/tracks/{position}`."""

    needs = {"DELETE": Scope.PLAYLISTS}

    @extend_schema(operation_id="playlist_track_remove", responses=COMMAND)
    def delete(self, request: Request, playlist_id: int, position: int) -> Response:
        """Take out the track at a position, counted from 1."""
        found = _own(self, playlist_id)
        if not 1 <= position <= PLAYLIST_TRACKS_MAX:
            raise Problem(404, "library.refused.position", "There is no track at this position.")
        return _order(self, found, RemoveFromPlaylist(name=found.name, first=position))


def _order(view: View, playlist: Playlist, order: Order) -> Response:
    guild_id = _guild_of(view, playlist, None)
    key = command_id_of(view.request, view.caller)
    return answer(carry_out(view.caller, guild_id, order, command_id=key))


def _owner_of(view: View) -> int:
    """Whose playlists the caller may change; raises Problem for a token whose maker is not known (any more)."""
    if not view.caller.user_id:
        raise Problem(403, "no_owner", "Nobody has made this token, so it has no playlists. Let a person make one.")
    return view.caller.user_id


def _guild_of(view: View, playlist: Playlist | None, wanted: int | None) -> int:
    """Where the order is carried out; raises Problem."""
    reached = view.caller.guilds
    if wanted is not None and wanted not in reached:
        raise Problem(403, "other_guild", "You cannot reach this guild.")
    if wanted is None and playlist is not None and playlist.guild_id in reached:
        wanted = playlist.guild_id
    if wanted is None and not reached:
        raise Problem(403, "no_guild", "You manage no guild in which this could be done. Use the bot's own commands.")
    return min(reached) if wanted is None else wanted


def _own(view: View, playlist_id: int) -> Any:
    """One that the caller may change; raises Problem."""
    found = _seen(view, playlist_id)
    if found.owner_id != _owner_of(view):
        raise Problem(403, "not_yours", "This playlist is somebody else's.")
    return found


def _seen(view: View, playlist_id: int) -> Any:
    found = _playlists(view).filter(pk=playlist_id).first()
    if found is None:
        raise Problem(404, "not_found", "You can see no such playlist.")
    return found


def _playlists(view: View) -> Any:
    caller = view.caller
    if caller.kind == "token":
        seen = Playlist.objects.filter(shared_guild_id__in=list(caller.guilds))
    else:
        seen = Playlist.objects.filter(owner_id=caller.user_id)
    return seen.annotate(length=Count("tracks")).order_by("pk")


def _playlist(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "owner_id": str(row.owner_id),
        "owner_name": row.owner_name,
        "shared_guild_id": None if row.shared_guild_id is None else str(row.shared_guild_id),
        "length": row.length,
    }
