"""Staff have a node drained, or used again; the audio workers obey within seconds, also where nobody tells them."""

from __future__ import annotations

import redis
import structlog
from django.db import transaction

from apps.api.redis_clients import client
from apps.playback.models import NodeDrain
from project.wire import keys

log = structlog.get_logger(__name__)


def node_drain(*, node: str, by: str, reason: str) -> bool:
    """Guilds leave the node and none begins there, until `node_undrain`. False: it is drained already."""
    with transaction.atomic():
        _, made = NodeDrain.objects.get_or_create(node=node, defaults={"by": by, "reason": reason})
        transaction.on_commit(_announce)
    return made


def node_undrain(*, node: str) -> bool:
    """The node may be used again; guilds that left do not come back by themselves. False: it was not drained."""
    with transaction.atomic():
        deleted, _ = NodeDrain.objects.filter(node=node).delete()
        transaction.on_commit(_announce)
    return deleted > 0


def _announce() -> None:
    """Whoever misses it reads the table within two seconds."""
    try:
        client.publish(keys.STAFF_CHANNEL, "nodes")
    except (redis.RedisError, OSError) as error:
        log.warning("A drain could not be announced; it is obeyed a moment later", reason=type(error).__name__)
