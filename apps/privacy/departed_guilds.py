"""Forgets guilds that removed the bot and did not take it back for DEPARTED_KEPT; while Stripe is paid it waits.

What goes: the player with its track queue, commands, errors of playing, history, settings, API tokens, usage, notices,
sharing of playlists with the guild, and what Redis knows of it.

What stays: members' playlists and favourites, which are theirs in every guild (a playlist names where it was made);
the audit trails `billing_events` and `staff_audit`; where the guild ever paid, its row in `subscriptions` with Stripe's
ids, and dj-stripe's copies of invoices and subscriptions, all of which accounting needs; a grant of staff's, so that it
counts for who comes back; and a block by support, which is not to be shed by leaving.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from apps.accounts.services import guild_tokens_forget
from apps.billing.departures import guild_billing_forget, guild_pays, guilds_paying
from apps.guilds.announcement import announce
from apps.guilds.models import GuildPresence, GuildSettings
from apps.jobs.models import Notice
from apps.library.services import guild_library_forget, history_forget
from apps.playback.services import guild_commands_forget, guild_player_forget
from apps.privacy.redis_traces import guild_traces_forget

log = structlog.get_logger(__name__)

DEPARTED_KEPT = timedelta(days=30)
"""Who comes back within it finds everything as it was."""


def departed_guilds_forget(*, seconds: float, now: datetime | None = None) -> int:
    """Forget all that are due, until done or so much time has gone by; how many guilds.

    May be killed anywhere and run twice at once. Raises redis.RedisError: that guild is tried again.
    """
    give_up, before, gone = time.monotonic() + seconds, (now or timezone.now()) - DEPARTED_KEPT, 0
    due = GuildPresence.objects.filter(left_at__lte=before).exclude(guild_id__in=guilds_paying())
    for guild_id in due.order_by("left_at").values_list("guild_id", flat=True).iterator():
        if time.monotonic() > give_up:
            log.warning("Departed guilds wait for the next round to be forgotten", forgotten=gone)
            break
        gone += guild_forget(guild_id=guild_id, left_before=before)
    return gone


def guild_forget(*, guild_id: int, left_before: datetime) -> bool:
    """Forget one guild, unless the bot came back meanwhile or somebody pays; whether it was forgotten here and now.

    What can be much goes first, in short statements; a guild that comes back in that very moment keeps the rest.
    """
    history_forget(guild_id=guild_id, before=timezone.now())
    guild_commands_forget(guild_id=guild_id)
    with transaction.atomic():
        departed = GuildPresence.objects.select_for_update().filter(guild_id=guild_id, left_at__lte=left_before)
        if not departed or guild_pays(guild_id=guild_id):
            return False
        guild_player_forget(guild_id=guild_id)
        guild_library_forget(guild_id=guild_id)
        guild_tokens_forget(guild_id=guild_id)
        guild_billing_forget(guild_id=guild_id)
        Notice.objects.filter(guild_id=guild_id).delete()
        GuildSettings.objects.filter(guild_id=guild_id).delete()
        departed.delete()
        guild_traces_forget(guild_id)
        transaction.on_commit(lambda: announce(GuildSettings(guild_id=guild_id)))
    log.info("A guild that the bot has left was forgotten", guild_id=guild_id)
    return True
