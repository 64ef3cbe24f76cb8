"""What Redis holds of a member (suggestions for their typing, streams of what was shown lately) and of a guild."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from apps.playback.scrubbing import id_pattern
from project import settings
from project.wire import keys
from project.wire.publish import ATTEMPT_SECONDS

AT_ONCE = 500
"""Stream entries per read."""
MINUTE = 60

client = redis.Redis.from_url(
    settings.REDIS_URL,
    decode_responses=True,
    socket_timeout=ATTEMPT_SECONDS,
    socket_connect_timeout=ATTEMPT_SECONDS,
    retry=Retry(NoBackoff(), 0),
)
"""Raises redis.RedisError within half a second where Redis is away."""


def traces_forget(user_id: int, guild_ids: Iterable[int]) -> int:
    """Remove them; how many keys and entries. Raises redis.RedisError: try again."""
    minute = int(time.time()) // MINUTE
    counters = [keys.api_requests(f"person:{user_id}", each) for each in (minute - 1, minute)]
    gone = _number(client.delete(keys.history(user_id), keys.playlists(user_id), *counters))
    named = id_pattern(user_id)
    for guild_id in guild_ids:
        gone += _cut(keys.guild_events(guild_id), named)
    for shard in range(settings.DISCORD_SHARDS):
        gone += _drop_done(keys.shard_out(shard))
    return gone


def guild_traces_forget(guild_id: int) -> int:
    """Remove what is known by a guild's id; how many keys. Raises redis.RedisError: try again."""
    named = (keys.features, keys.subscription, keys.guild_ui, keys.guild_events, keys.voice, keys.screen_place)
    return _number(client.delete(*(key(guild_id) for key in named))) + _number(
        client.srem(keys.PLAYERS_ACTIVE, str(guild_id))
    )


def _cut(stream: str, named: re.Pattern[str]) -> int:
    """Delete the entries that name the member; whoever reads on finds the others in their order."""
    gone, start = 0, "-"
    while True:
        entries: Any = client.xrange(stream, min=start, count=AT_ONCE)
        found = [identity for identity, fields in entries if any(map(named.search, fields.values()))]
        if found:
            gone += _number(client.xdel(stream, *found))
        if len(entries) < AT_ONCE:
            return gone
        start = f"({entries[-1][0]}"


def _drop_done(stream: str) -> int:
    """What was shown at Discord is only remembered here, and names people by their names; what is under way stays."""
    if not client.exists(stream):
        return 0
    groups: Any = client.xinfo_groups(stream)
    if not any(group["name"] == keys.OUT_GROUP for group in groups):
        return 0
    # The group first: what is delivered between the two questions is then pending, or not counted as done.
    delivered = next(str(group["last-delivered-id"]) for group in groups if group["name"] == keys.OUT_GROUP)
    pending: Any = client.xpending(stream, keys.OUT_GROUP)
    first_kept = pending["min"] or _after(delivered)
    return _number(client.xtrim(stream, minid=first_kept, approximate=False))


def _after(identity: str) -> str:
    moment, _, number = identity.partition("-")
    return f"{moment}-{int(number) + 1}"


def _number(answer: Any) -> int:
    return int(answer)
