"""Server-sent events of a guild's player."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from apps.accounts.scopes import Scope
from apps.api.database import give_back_connection
from apps.api.event_stream import event_stream, is_event_id, start_of
from apps.api.problems import Problem
from apps.api.stream_room import ROOM, whose_is
from apps.api.view import View

HEADER = "Last-Event-ID"


class EventsView(View):
    """`…/events`."""

    needs = {"GET": Scope.PLAYER_READ}

    @extend_schema(
        operation_id="event_stream",
        parameters=[OpenApiParameter(HEADER, str, OpenApiParameter.HEADER, description="Of the last event received.")],
        responses={(200, "text/event-stream"): OpenApiTypes.STR},
    )
    def get(self, request: Request, guild_id: int) -> StreamingHttpResponse:
        """Events `player` and `queue`, each with the state after the change; the present state comes first."""
        last_id = request.headers.get(HEADER)
        if last_id is not None and not is_event_id(last_id):
            raise Problem(422, "event_id", f"{HEADER} is none of ours.")
        whose = whose_is(self.caller)
        if not ROOM.has_room(guild_id, whose):
            raise Problem(429, "too_many_streams", "There are too many event streams. Close one.", retry_after=5)
        start = start_of(guild_id, last_id)
        give_back_connection()  # the answer lasts for minutes, and needs no database
        response = StreamingHttpResponse(event_stream(guild_id, start, whose), content_type="text/event-stream")
        response["X-Accel-Buffering"] = "no"
        return response
