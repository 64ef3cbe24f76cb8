"""Listens on `discord-bot:events` for guilds whose plan or settings changed, and for what staff wish."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import redis
import redis.asyncio
import structlog

from project.wire import keys

log = structlog.get_logger()

LISTEN_SECONDS = 1.0
AGAIN_SECONDS = 0.5


async def listen(
    client: redis.asyncio.Redis, changed: Callable[[int | None], None], staff_spoke: Callable[[], None]
) -> None:
    """Call `changed` with each guild's id, until cancelled; with None when anything may have been missed.

    `staff_spoke` is called when they wish something of nodes or guilds, or may have.
    """
    while True:
        try:
            async with client.pubsub(ignore_subscribe_messages=True) as listener:
                await listener.subscribe(keys.EVENTS_CHANNEL, keys.STAFF_CHANNEL)
                changed(None)
                staff_spoke()
                while True:
                    message = await listener.get_message(timeout=LISTEN_SECONDS)
                    if message is None:
                        continue
                    if message["channel"] == keys.STAFF_CHANNEL:
                        staff_spoke()
                    else:
                        changed(guild_of(message["data"]))
        except (redis.RedisError, OSError) as error:
            log.warning("Not listening for changed settings", error=str(error))
            await asyncio.sleep(AGAIN_SECONDS)


def guild_of(raw: str | bytes) -> int | None:
    """The guild that an event names, whatever its type; None, which means anybody, if it cannot be read."""
    try:
        event: Any = json.loads(raw)
        return int(event["guildId"])
    except (ValueError, TypeError, KeyError) as error:
        log.warning("An event names no guild; all settings are read again", reason=repr(error))
        return None
