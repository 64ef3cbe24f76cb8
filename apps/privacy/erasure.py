"""Erases what is held of a member, in passes until nothing can come back.

What goes: playlists, favourites, history, who asked for what (the tracks stay in their queues, as nobody's), votes,
commands (that each was carried out stays, so that it cannot happen twice), logins, who made an API token (the token is
the guild's and goes on), the payer with what dj-stripe has copied of them, the customer at Stripe, and what Redis
remembers of all that.

What stays: Stripe's ids of subscriptions and in the audit trail, which accounting needs and which name nobody once the
customer is gone; that an erasure was asked for and done; a member of staff as such, whom an admin removes; and, for as
long as it is so, that somebody is in a voice channel (`voice:<guild>`, Discord's own state). Backups and logs end by
their own terms; logs name no members. Stripe keeps its invoices for as long as its law wants.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import redis
import structlog
from django.db import connection, transaction
from django.utils import timezone

from apps.accounts.services import person_forget
from apps.billing.payer import payer_forget, payer_guilds
from apps.billing.stripe_client import StripeFailed
from apps.library.services import member_erase as library_erase
from apps.playback.services import member_anonymise
from apps.privacy.announcement import enqueue
from apps.privacy.live import PlayerUntold, players_forget
from apps.privacy.models import EraseRequest
from apps.privacy.places import guilds_of
from apps.privacy.redis_traces import traces_forget

log = structlog.get_logger(__name__)

PASSES = 2
"""The second finds what a player or a command under way wrote after the first."""
SETTLES = timedelta(seconds=30)
"""Longer than anything that began before the first pass takes."""
AGAIN_AFTER = timedelta(minutes=1)
"""When a store or Stripe was away."""
LOCK_CLASS = 0x5E61
"""First key of an advisory lock; the second is the request's id."""


class StillPaying(Exception):
    """A plan that the member pays for runs: they cancel it first, or lose it unasked. `guilds` says where."""

    def __init__(self, guilds: list[int]) -> None:
        super().__init__("a paid plan runs")
        self.guilds = guilds


def member_erase(*, user_id: int, asked_by: str) -> EraseRequest:
    """Note that a member is to be forgotten, and begin once that is committed; raises StillPaying.

    `asked_by` is `member`, `api` or `staff:<name>`. Asked again while it runs it is the same request. An audit trail
    names the request by its id, and never the member.
    """
    if guilds := payer_guilds(user_id=user_id):
        raise StillPaying(guilds)
    with transaction.atomic():
        EraseRequest.objects.bulk_create([EraseRequest(user_id=user_id, asked_by=asked_by)], ignore_conflicts=True)
        request = EraseRequest.objects.get(user_id=user_id)
        transaction.on_commit(enqueue)
    return request


def erasures_carry_out(*, now: datetime | None = None) -> int:
    """Go on with all that is due; how many were finished. Safe to run twice at once.

    One that fails holds up no other; its error is raised in the end, so that the job is seen to fail.
    """
    due = EraseRequest.objects.filter(done_at=None, next_at__lte=now or timezone.now()).order_by("id")
    finished, failure = 0, None
    for request_id in list(due.values_list("id", flat=True)):
        try:
            finished += _alone(request_id)
        except Exception as error:
            log.error("An erasure failed", request=request_id, reason=type(error).__name__)
            failure = error
    if failure is not None:
        raise failure
    return finished


def _alone(request_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, request_id & 0x7FFFFFFF])
        (mine,) = cursor.fetchone() or (False,)
    if not mine:
        return False
    try:
        return _carry_out(request_id)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, request_id & 0x7FFFFFFF])


def _carry_out(request_id: int) -> bool:
    """One pass; whether it was the last."""
    request = EraseRequest.objects.filter(id=request_id, done_at=None).first()
    if request is None or request.user_id is None:
        return False
    try:
        _pass(request, request.user_id)
    except (StripeFailed, PlayerUntold, redis.RedisError, OSError) as error:
        log.warning("An erasure has to wait", request=request.pk, reason=type(error).__name__)
        request.next_at = timezone.now() + AGAIN_AFTER
        request.save(update_fields=["next_at", "guilds"])
        return False
    request.passes += 1
    request.next_at = timezone.now() + SETTLES
    done = request.passes >= PASSES
    if done:
        request.user_id, request.guilds, request.done_at = None, [], timezone.now()
        log.info("A member was forgotten", request=request.pk, kept=request.kept)
    request.save()
    return done


def _pass(request: EraseRequest, user_id: int) -> None:
    """What can be erased goes, even where Stripe or Redis then turns out to be away."""
    guilds = {int(guild_id) for guild_id in request.guilds} | guilds_of(user_id)
    request.guilds = sorted(map(str, guilds))
    request.save(update_fields=["guilds"])
    library_erase(member_id=user_id)
    person_forget(user_id=user_id)
    told, all_told = players_forget(user_id, guilds)
    member_anonymise(user_id=user_id, guild_ids=guilds)
    request.kept = "" if payer_forget(user_id=user_id) else "payer"
    traces = traces_forget(user_id, guilds)
    log.info("A pass of an erasure", request=request.pk, guilds=len(guilds), players=told, traces=traces)
    if not all_told:
        raise PlayerUntold
