"""A guild's changes as server-sent events (WHATWG HTML, 9.2), from the stream that the audio workers write.

An event's id is its stream entry's: who comes back with Last-Event-ID gets all that the stream still holds since then,
and where that is not all (it is capped, and Redis may be emptied) the present state first.
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Any

import redis
import structlog

from apps.api.redis_clients import client, stream_client
from apps.api.stream_room import ROOM
from apps.playback.selectors import player_seen, queue_seen
from project.api_metrics import serving
from project.wire import keys
from project.wire.guild_events import GuildChange, change_json, kind_of

log = structlog.get_logger(__name__)

HEARTBEAT_SECONDS = 15
"""Proxies cut what is silent for longer."""
LASTS_SECONDS = 300
"""Then the client comes back by itself, and its token is looked at again."""
RETRY_MS = 1_000
BATCH = 100
NOTHING = "0-0"
_ID = re.compile(r"[0-9]{1,19}-[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class Start:
    """Where a stream goes on, and what is told first."""

    after: str
    first: tuple[GuildChange, ...]


def is_event_id(text: str) -> bool:
    """Whether it can be one of ours."""
    return _ID.fullmatch(text) is not None


def start_of(guild_id: int, last_id: str | None) -> Start:
    """Where to go on; raises redis.RedisError. The place is taken before the state is read, so nothing is missed."""
    key = keys.guild_events(guild_id)
    newest = _entry_id(client.xrevrange(key, count=1))
    if last_id is not None and newest != NOTHING and _number(last_id) <= _number(newest):
        oldest, info = _entry_id(client.xrange(key, count=1)), _info(key)
        if _number(oldest) <= _number(last_id) or info["entries-added"] == info["length"]:
            return Start(last_id, ())
    return Start(newest, (player_seen(guild_id), queue_seen(guild_id)))


async def event_stream(guild_id: int, start: Start, whose: str) -> AsyncGenerator[str, None]:
    """The stream's text. Where Redis goes away it ends, and the client comes back with the last id that it has."""
    with ROOM.taken(guild_id, whose):
        serving().streams.inc()
        reader = stream_client(HEARTBEAT_SECONDS)
        try:
            yield f"retry: {RETRY_MS}\n\n"
            for change in start.first:
                yield _event(start.after, kind_of(change), change_json(change))
            async for text in _changes(reader, keys.guild_events(guild_id), start.after):
                yield text
        except (redis.RedisError, OSError) as error:
            log.warning("An event stream ends: Redis is away", guild=guild_id, reason=type(error).__name__)
        finally:
            serving().streams.dec()
            await reader.aclose()


async def _changes(reader: redis.asyncio.Redis, key: str, after: str) -> AsyncIterator[str]:
    until = time.monotonic() + LASTS_SECONDS
    while time.monotonic() < until:
        answer: Any = await reader.xread({key: after}, count=BATCH, block=HEARTBEAT_SECONDS * 1_000)
        if not answer:
            yield ": still here\n\n"
            continue
        # A list of pairs or a dict, by the protocol's version.
        streams = answer.values() if isinstance(answer, dict) else [entries for _, entries in answer]
        for entries in streams:
            for after, fields in entries:
                for name, data in fields.items():
                    yield _event(after, name, data)


def _event(identity: str, name: str, data: str) -> str:
    """`data` is JSON, so it has no line breaks."""
    return f"id: {identity}\nevent: {name}\ndata: {data}\n\n"


def _entry_id(entries: Any) -> str:
    return str(entries[0][0]) if entries else NOTHING


def _info(key: str) -> dict[str, Any]:
    info: Any = client.xinfo_stream(key)
    return dict(info)


def _number(identity: str) -> tuple[int, int]:
    milliseconds, _, count = identity.partition("-")
    return int(milliseconds), int(count)
