"""The track queue: what waits, adding to it, taking out, moving."""

from __future__ import annotations

from typing import Any

import msgspec
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.scopes import Scope
from apps.api.commands import carry_out
from apps.api.fields import Body, Snowflake, Text, Whole
from apps.api.idempotency import command_id_of
from apps.api.outcomes import answer
from apps.api.pages import PageQuery, cursor_at, page_of
from apps.api.problems import Problem
from apps.api.shapes import COMMAND, QueuedShape, page_shape
from apps.api.view import View
from apps.playback.models import QueueEntry
from apps.playback.selectors import entry_seen, queue_after, queue_of, queue_position
from project.wire.messages import Clear, MoveTrack, Order, Play, Remove

LONGEST_QUERY = 1_000
HIGHEST_POSITION = 100_000
HIGHEST_ENTRY = 2**53
WHICH = "Id of the entry that waits there; where another does by now, nothing is touched (409, `position.another`)."


class NewTrack(Body):
    """What to play."""

    query = Text(max_length=LONGEST_QUERY, help_text="Search words or a link; of a playlist all tracks are added.")
    position = serializers.ChoiceField(["end", "next", "now"], default="end")
    voice_channel_id = Snowflake(required=False, help_text="Where to play if the bot is in no voice channel.")


class Move(Body):
    """Which entry goes where."""

    position = Whole(min_value=1, max_value=HIGHEST_POSITION, help_text="Position from 1.")
    target = Whole(min_value=1, max_value=HIGHEST_POSITION, help_text="Position from 1.")
    entry = Whole(required=False, min_value=1, max_value=HIGHEST_ENTRY, help_text=WHICH)


class EntryQuery(Body):
    """Which entry is meant."""

    entry = serializers.IntegerField(required=False, min_value=1, max_value=HIGHEST_ENTRY, help_text=WHICH)


class QueueView(View):
    """`…/queue`."""

    needs = {
        "GET": Scope.PLAYER_READ,
        "POST": Scope.QUEUE_WRITE,
        "PATCH": Scope.QUEUE_WRITE,
        "DELETE": Scope.QUEUE_WRITE,
    }

    @extend_schema(operation_id="queue_list", parameters=[PageQuery], responses=page_shape("Queue", QueuedShape))
    def get(self, request: Request, guild_id: int) -> Response:
        """What waits, in order."""
        limit, behind = page_of(request)
        rows = list((queue_of(guild_id) if behind is None else queue_after(guild_id, *behind))[: limit + 1])
        page, first = rows[:limit], queue_position(rows[0]) if rows and behind is not None else 1
        items = [_queued(row, position) for position, row in enumerate(page, start=first)]
        following = cursor_at(page[-1].rank, page[-1].entry) if len(rows) > limit else None
        return Response({"items": items, "next": following})

    @extend_schema(operation_id="queue_add", request=NewTrack, responses=COMMAND)
    def post(self, request: Request, guild_id: int) -> Response:
        """Add what a search finds, or all that a link stands for."""
        body = NewTrack(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = body.validated_data
        order = Play(query=wanted["query"], position=wanted["position"])
        return self._order(request, guild_id, order, wanted.get("voice_channel_id"))

    @extend_schema(operation_id="queue_move", request=Move, responses=COMMAND)
    def patch(self, request: Request, guild_id: int) -> Response:
        """Put what waits at one position where another waits."""
        body = Move(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = body.validated_data
        order = MoveTrack(source=wanted["position"], target=wanted["target"], entry=wanted.get("entry"))
        return self._order(request, guild_id, order)

    @extend_schema(operation_id="queue_clear", responses=COMMAND)
    def delete(self, request: Request, guild_id: int) -> Response:
        """Empty the queue; what plays goes on."""
        return self._order(request, guild_id, Clear())

    def _order(self, request: Request, guild_id: int, order: Order, voice_channel_id: int | None = None) -> Response:
        key = command_id_of(request, self.caller)
        return answer(carry_out(self.caller, guild_id, order, command_id=key, voice_channel_id=voice_channel_id))


class QueuedEntryView(View):
    """`…/queue/{position}`."""

    needs = {"GET": Scope.PLAYER_READ, "DELETE": Scope.QUEUE_WRITE}

    @extend_schema(operation_id="queue_entry_show", responses=QueuedShape)
    def get(self, request: Request, guild_id: int, position: int) -> Response:
        """What waits at a position, counted from 1."""
        row = queue_of(guild_id)[position - 1 : position].first() if 1 <= position <= HIGHEST_POSITION else None
        if row is None:
            raise Problem(404, "position.unknown", "Nothing waits at this position.")
        return Response(_queued(row, position))

    @extend_schema(operation_id="queue_entry_remove", parameters=[EntryQuery], responses=COMMAND)
    def delete(self, request: Request, guild_id: int, position: int) -> Response:
        """Take out what waits at a position."""
        if not 1 <= position <= HIGHEST_POSITION:
            raise Problem(404, "position.unknown", "Nothing waits at this position.")
        query = EntryQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        order = Remove(first=position, entry=query.validated_data.get("entry"))
        key = command_id_of(request, self.caller)
        return answer(carry_out(self.caller, guild_id, order, command_id=key))


def _queued(row: QueueEntry, position: int) -> dict[str, Any]:
    return {"position": position, **msgspec.to_builtins(entry_seen(row))}
