"""The desk's page about playlists, to read: what a member means when something is missing."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from apps.library.models import Playlist, PlaylistTrack
from apps.support.model_admin import ReadOnlyAdmin
from apps.support.numbers import number_in

TRACKS = 100
"""Shown of a playlist."""


@admin.register(Playlist)
class PlaylistAdmin(ReadOnlyAdmin):
    """Found by its number, its owner, or the guild where it was made or shared. The code that shares it is a key."""

    list_display = ("id", "name", "owner_id", "guild_id", "shared_guild_id", "created_at")
    search_fields = ("id",)
    search_help_text = "Owner's id or guild id"
    ordering = ("-id",)
    exclude = ("share_code",)
    change_form_after_template = "support/playlist_tracks.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """All but the code."""
        return [name for name in super().get_readonly_fields(request, obj) if name not in self.exclude]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By columns that have an index."""
        term = search_term.strip()
        if not term:
            return queryset, False
        number = number_in(term)
        if number is None:
            return queryset.none(), False
        found = [
            Playlist.objects.filter(**{column: number}).order_by("-id").values("id")[:TRACKS]
            for column in ("id", "owner_id", "guild_id", "shared_guild_id")
        ]
        ids = {row["id"] for row in found[0].union(*found[1:], all=True)}
        return queryset.filter(id__in=ids), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With its first tracks."""
        number = number_in(object_id)
        tracks: Any = []
        if number is not None:
            tracks = PlaylistTrack.objects.filter(playlist_id=number).order_by("rank")[:TRACKS]
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "tracks": tracks})
