"""Tells the gateway the names of a member's playlists, which it offers while the member types."""

from __future__ import annotations

import json

import redis
import structlog
from django.db.models.functions import Lower
from redis.backoff import NoBackoff
from redis.retry import Retry

from apps.library.models import Playlist
from project import settings
from project.wire import keys
from project.wire.publish import ATTEMPT_SECONDS

log = structlog.get_logger(__name__)

KEPT_SECONDS = 30 * 24 * 3600
MOST_NAMES = 100

_client = redis.Redis.from_url(
    settings.REDIS_URL,
    socket_timeout=ATTEMPT_SECONDS,
    socket_connect_timeout=ATTEMPT_SECONDS,
    retry=Retry(NoBackoff(), 0),
)


def announce_names(owner_id: int) -> list[str]:
    """Say them as they are now, and return them. Redis being away costs a suggestion; who types next asks again."""
    names = Playlist.objects.filter(owner_id=owner_id).order_by(Lower("name")).values_list("name", flat=True)
    offered = list(names[:MOST_NAMES])
    try:
        known = json.dumps([[name, name] for name in offered])
        _client.set(keys.playlists(owner_id), known, ex=KEPT_SECONDS)
    except (redis.RedisError, OSError) as error:
        log.info("Playlists cannot be offered while typing", reason=type(error).__name__)
    return offered
