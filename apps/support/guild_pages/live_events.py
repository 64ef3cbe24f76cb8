"""Tells a guild's page that its player or queue changed, by the same stream as the API's clients hear."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from functools import partial

import redis
import structlog
from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from apps.api.database import give_back_connection
from apps.api.event_stream import event_stream, is_event_id, start_of
from apps.api.stream_room import DESK, ROOM
from apps.support.guild_pages.reading import known_or_404, only_staff
from apps.support.sign_in import is_still_in

log = structlog.get_logger(__name__)

LOOKED_AT_SECONDS = 15
"""A stream that has nothing to tell says so as often."""


@only_staff
@require_GET
def guild_events(request: HttpRequest, guild_id: int) -> HttpResponseBase:
    """`guilds/<id>/events/`: it ends after some minutes, and the browser comes back with the id that it heard last.

    The session is looked at again all the while, so who is signed out hears nothing more a moment later.
    """
    known_or_404(guild_id)
    last_id = request.headers.get("Last-Event-ID")
    if last_id is not None and not is_event_id(last_id):
        return HttpResponse("Last-Event-ID is none of ours.", status=422, content_type="text/plain")
    if not ROOM.has_room(guild_id, DESK):
        return HttpResponse("Too many pages watch this guild.", status=429, content_type="text/plain")
    try:
        start = start_of(guild_id, last_id)
    except (redis.RedisError, OSError) as error:
        log.warning("A guild's page hears nothing: Redis is away", guild=guild_id, reason=type(error).__name__)
        return HttpResponse("Redis is away.", status=503, content_type="text/plain")
    give_back_connection()  # the answer lasts for minutes, and needs no database
    stream = while_in(event_stream(guild_id, start, DESK), partial(is_still_in, request))
    response = StreamingHttpResponse(stream, content_type="text/event-stream")
    response["X-Accel-Buffering"] = "no"
    response["Cache-Control"] = "no-store"
    return response


async def while_in(stream: AsyncGenerator[str, None], is_in: Callable[[], bool]) -> AsyncIterator[str]:
    """The stream's text until it ends or the session is over, which is asked about every LOOKED_AT_SECONDS."""
    looked = time.monotonic()
    async with aclosing(stream):
        async for text in stream:
            if time.monotonic() - looked >= LOOKED_AT_SECONDS:
                if not await sync_to_async(_asked)(is_in):
                    return
                looked = time.monotonic()
            yield text


def _asked(is_in: Callable[[], bool]) -> bool:
    try:
        return is_in()
    finally:
        give_back_connection()
