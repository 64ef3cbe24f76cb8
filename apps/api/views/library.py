"""What was played, and finding what to play."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.scopes import Scope
from apps.api.commands import carry_out
from apps.api.fields import Snowflake
from apps.api.outcomes import shown
from apps.api.pages import PageQuery, cursor_at, page_of
from apps.api.problems import Problem
from apps.api.shapes import TrackShape, page_shape
from apps.api.view import View
from apps.library.models import HistoryEntry
from apps.library.selectors import history_of
from apps.playback.selectors import track_seen
from project.wire.messages import Suggest

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_MOMENT_US = 253_402_300_799_999_999
"""The end of the year 9999, the last that a cursor can name."""


class HistoryShape(serializers.Serializer[Any]):
    """A track that began."""

    at = serializers.DateTimeField()
    member_id = serializers.CharField()
    member_name = serializers.CharField(allow_blank=True)
    track = TrackShape()


class SearchQuery(serializers.Serializer[Any]):
    """What to look for, and for which guild: its allowed sources, its blocklist and its audio node count."""

    q = serializers.CharField(max_length=100)
    guild_id = Snowflake(required=False, help_text="Needed where the caller reaches several guilds.")


class FoundShape(serializers.Serializer[Any]):
    """A track that was found."""

    name = serializers.CharField()
    query = serializers.CharField(help_text="What to add to a queue to get it.")


class HistoryView(View):
    """`…/history`."""

    needs = {"GET": Scope.PLAYER_READ}

    @extend_schema(operation_id="history_list", parameters=[PageQuery], responses=page_shape("History", HistoryShape))
    def get(self, request: Request, guild_id: int) -> Response:
        """What was played, the latest first."""
        limit, behind = page_of(request)
        rows = list(_before(history_of(guild_id=guild_id), behind)[: limit + 1])
        page = rows[:limit]
        following = cursor_at((page[-1].at - EPOCH) // timedelta(microseconds=1), page[-1].pk) if rows[limit:] else None
        return Response({"items": [_played(row) for row in page], "next": following})


def _before(played: QuerySet[HistoryEntry], behind: tuple[int, int] | None) -> QuerySet[HistoryEntry]:
    if behind is None:
        return played
    if not 0 <= behind[0] <= LAST_MOMENT_US:
        raise Problem(422, "cursor", "This is no cursor of ours.")
    at = EPOCH + timedelta(microseconds=behind[0])
    return played.filter(Q(at__lt=at) | Q(at=at, pk__lt=behind[1]))


def _played(row: HistoryEntry) -> dict[str, Any]:
    return {
        "at": row.at.isoformat(),
        "member_id": str(row.member_id),
        "member_name": row.member_name,
        "track": track_seen(row.track),
    }


class SearchView(View):
    """`search`."""

    needs = {"GET": Scope.PLAYER_READ}

    @extend_schema(operation_id="search", parameters=[SearchQuery], responses=FoundShape(many=True))
    def get(self, request: Request) -> Response:
        """What words may mean."""
        query = SearchQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        guild_id = query.validated_data.get("guild_id") or self._only_guild()
        if guild_id not in self.caller.guilds:
            raise Problem(403, "other_guild", "You cannot reach this guild.")
        asked = carry_out(self.caller, guild_id, Suggest(words=query.validated_data["q"]))
        if asked.ended is None:
            raise Problem(503, "timed_out", "The search took too long. Please try again.", retry_after=2)
        choices = shown(asked.ended)["outcome"]["choices"]
        return Response([{"name": choice["name"], "query": choice["value"]} for choice in choices])

    def _only_guild(self) -> int:
        if len(self.caller.guilds) != 1:
            raise Problem(422, "guild_id", "Say for which guild: guild_id.")
        return next(iter(self.caller.guilds))
