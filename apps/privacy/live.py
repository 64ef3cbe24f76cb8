"""Has the players that are in memory forget a member: what plays on is nobody's wish any more."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

import structlog
from django.db.models import Q

from apps.playback.models import Player
from apps.privacy import redis_traces
from project import settings
from project.celery import app
from project.wire.messages import COMMAND_PATIENCE_MS, Actor, Command
from project.wire.orders import ForgetMember
from project.wire.publish import NotPublished, SyncPublisher, publication

log = structlog.get_logger(__name__)


class PlayerUntold(Exception):
    """A player could not be told: what it has in memory would be saved again, so the pass does not count."""


def players_forget(user_id: int, guild_ids: Iterable[int]) -> tuple[int, bool]:
    """Tell every player of these guilds that may be in memory; how many, and whether that is all of them.

    It ends at the first that cannot be told: a broker that takes nothing would have us wait for each. Raises
    redis.RedisError: try again.
    """
    present = Q(voice_channel_id__isnull=False) | Q(current_entry__isnull=False)
    guilds = Player.objects.filter(present, guild_id__in=guild_ids).values_list("guild_id", flat=True)
    publisher = SyncPublisher(redis_traces.client)
    told = 0
    for guild_id in guilds:
        now_ms = publisher.now_ms()
        command = Command(
            id=str(uuid.uuid4()),
            guild_id=guild_id,
            order=ForgetMember(user_id=user_id),
            actor=Actor(kind="system", user_id=0),
            issued_ms=now_ms,
            deadline_ms=now_ms + COMMAND_PATIENCE_MS,
        )
        try:
            publisher.publish(publication(app, command, slots=settings.SLOTS, deadline_ms=command.deadline_ms))
            told += 1
        except NotPublished as error:
            log.warning("A player could not be told to forget a member", guild=guild_id, reason=str(error))
            return told, False
    return told, True
