"""Whether Redis answers, for those who tell that they are ready."""

from __future__ import annotations

import redis
import structlog

from project import settings

log = structlog.get_logger(__name__)


def redis_answers() -> bool:
    """Within a second."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client:
            client.ping()
    except redis.RedisError as error:
        log.warning("Redis does not answer", error=type(error).__name__)
        return False
    return True
