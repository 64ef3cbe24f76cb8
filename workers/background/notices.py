"""Tells guilds about their plan, once each: payments that fail, what ends or has ended, a month's tracks used up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import redis
import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from apps.guilds.selectors import guild_settings_get
from apps.jobs.due_notices import DueNow, notices_due, notices_note
from apps.jobs.models import Notice
from apps.playback.models import Player
from project import settings
from project.task_queues import shard_of
from project.wire import keys
from project.wire.messages import Announcement, to_json
from workers.background.desk.redis_client import client
from workers.background.job import job
from workers.screen.plan_notice import plan_notice

log = structlog.get_logger(__name__)

KEPT = timedelta(days=400)
"""Much longer than anything stays due that was told once."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a guild hears what answers nobody, and in which language: as workers.player.turn.Turn.announce."""

    channel_id: int
    locale: str
    otherwise_id: int | None
    """Where it goes if that channel does not take it."""


class NoticesLeft(Exception):
    """Some could not be found out or told, through no fault of a store's; the log says which."""

    def __init__(self, notices: int, parts: int) -> None:
        super().__init__(f"{notices} notices could not be told, {parts} kinds not be found out")


@job("billing.tell", time_limit_s=300)
def tell() -> str:
    """How many were told. Raises redis.RedisError, OperationalError, InterfaceError while a store is away, and
    NoticesLeft when all others were told; what was not told is tried again next time.
    """
    now = timezone.now()
    Notice.objects.filter(created_at__lt=now - KEPT).delete()
    due = notices_due(now)
    notices_note(due.dues)
    told, left, after = 0, 0, 0
    while (unsent := _next(after)) is not None:
        after = unsent
        try:
            told += _settle(unsent, due, client())
        except (redis.RedisError, OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("A notice cannot be told", notice=unsent)
            left += 1
    if left or due.failed:
        raise NoticesLeft(left, len(due.failed))
    return f"{told} told"


def _next(after: int) -> int | None:
    waiting = Notice.objects.filter(id__gt=after, sent_at=None, given_up=False).order_by("id")
    return waiting.values_list("id", flat=True).first()


def _settle(notice_id: int, due: DueNow, stream: redis.Redis) -> bool:
    """Tell one, or give it up where it is no longer so; a guild without a place waits. Whether it was told.

    The row is locked meanwhile, and another worker passes over it. One that dies between telling and noting so has it
    told again, under the same nonce.
    """
    with transaction.atomic():
        unsent = Notice.objects.filter(id=notice_id, sent_at=None, given_up=False)
        notice = unsent.select_for_update(skip_locked=True).first()
        if notice is None:
            return False
        if (notice.guild_id, notice.kind, notice.period) not in due.identities:
            if due.judges(notice.kind):
                Notice.objects.filter(id=notice_id).update(given_up=True)
            return False
        place = _place_of(notice.guild_id)
        if place is None:
            return False
        _send(notice, place, stream)
        Notice.objects.filter(id=notice_id).update(sent_at=timezone.now())
    log.info("Publishing UI update", guild=notice.guild_id, notice=notice.kind)
    return True


def _place_of(guild_id: int) -> Place | None:
    """None for a guild that has not talked with us yet and set no channel."""
    chosen = guild_settings_get(guild_id)
    player = Player.objects.filter(guild_id=guild_id).only("text_channel_id", "locale").first()
    asked_in = player.text_channel_id if player else None
    channel_id = chosen.announce_channel_id or asked_in
    if channel_id is None:
        return None
    locale = chosen.language or (player.locale if player else "en")
    return Place(channel_id, locale, asked_in if asked_in != channel_id else None)


def _send(notice: Notice, place: Place, stream: redis.Redis) -> None:
    message = Announcement(
        guild_id=notice.guild_id,
        channel_id=place.channel_id,
        payload=plan_notice(notice.kind, notice.values, place.locale),
        nonce=f"notice-{notice.pk}",
        otherwise_id=place.otherwise_id,
    )
    shard = shard_of(notice.guild_id, settings.DISCORD_SHARDS)
    stream.xadd(keys.shard_out(shard), {keys.OUT_FIELD: to_json(message)}, maxlen=keys.OUT_LENGTH, approximate=True)
