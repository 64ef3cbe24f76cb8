"""Tells every process that a guild's settings changed, and the gateway what it must know before a worker answers."""

from __future__ import annotations

import msgspec
import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

from apps.guilds.models import GuildSettings
from project import settings as environment
from project.wire import keys
from project.wire.desk import SettingsChanged, guild_ui_fields, taste_of
from project.wire.publish import ATTEMPT_SECONDS

log = structlog.get_logger(__name__)

_client = redis.Redis.from_url(
    environment.REDIS_URL,
    socket_timeout=ATTEMPT_SECONDS,
    socket_connect_timeout=ATTEMPT_SECONDS,
    retry=Retry(NoBackoff(), 0),
)


def announce_block(guild_id: int) -> None:
    """The same for a guild that was blocked or is so no more; the audio workers look for themselves every 2 s."""
    changed = msgspec.json.encode(SettingsChanged(guild_id=str(guild_id)))
    try:
        with _client.pipeline(transaction=True) as pipe:
            pipe.publish(keys.EVENTS_CHANNEL, changed)
            pipe.publish(keys.STAFF_CHANNEL, changed)
            pipe.execute()
    except (redis.RedisError, OSError) as error:
        log.warning("A block could not be announced; it is obeyed a moment later", guild_id=guild_id, reason=str(error))


def announce(settings: GuildSettings) -> None:
    """Say it once. Whoever misses it while Redis is away drops what it knows when its connection is back."""
    changed = msgspec.json.encode(SettingsChanged(guild_id=str(settings.guild_id)))
    try:
        with _client.pipeline(transaction=True) as pipe:
            pipe.delete(keys.guild_ui(settings.guild_id))
            taste = taste_of(settings.allowed_sources, settings.blocklist)
            for field, value in guild_ui_fields(settings.language, settings.ephemeral, taste).items():
                pipe.hset(keys.guild_ui(settings.guild_id), field, value)
            pipe.publish(keys.EVENTS_CHANNEL, changed)
            pipe.execute()
    except (redis.RedisError, OSError) as error:
        log.warning("Changed settings could not be announced", guild_id=settings.guild_id, reason=str(error))
