"""Everything that is held of one member, for whoever asks for their own data."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from apps.accounts.models import ApiToken, Login
from apps.billing.payer import payer_export
from apps.library.selectors import member_library
from apps.playback.models import Command, QueueEntry
from apps.playback.scrubbing import NOBODY
from apps.playback.selectors import track_seen
from apps.privacy.places import voted_in
from apps.support.models import StaffMember

FORM = 1
"""Raised when what is there means something else."""


LOCK_CLASS = 0x5E63
"""First key of an advisory lock; there is no second one."""


class ExportBusy(Exception):
    """Somebody else's data is being read: ask again in some seconds."""


def member_export(user_id: int) -> dict[str, Any]:
    """JSON with all that PostgreSQL holds of a member; ids are text, moments ISO 8601 (UTC). Raises ExportBusy.

    It reads tables whole that have no index on members, so one at a time is made: anybody may ask.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, 0)", [LOCK_CLASS])
            (mine,) = cursor.fetchone() or (False,)
        if not mine:
            raise ExportBusy
        return _export(user_id)


def _export(user_id: int) -> dict[str, Any]:
    return {
        "form": FORM,
        "user_id": str(user_id),
        "made_at": timezone.now().isoformat(),
        **member_library(member_id=user_id),
        "queued": _queued(user_id),
        "votes_in_guilds": [str(guild_id) for guild_id in voted_in(user_id)],
        "commands": _commands(user_id),
        "api_tokens": _tokens(user_id),
        "logins": _logins(user_id),
        "billing": payer_export(user_id=user_id),
        "staff": _staff(user_id),
    }


def _queued(user_id: int) -> list[dict[str, Any]]:
    """What plays, waits, or was played last in a guild."""
    rows = QueueEntry.objects.filter(requester_id=user_id).order_by("guild_id", "rank")
    return [
        {
            "guild_id": str(row.guild_id),
            "status": row.status,
            "name": row.requester_name,
            "added_ms": row.added_ms,
            "track": track_seen(row.track),
        }
        for row in rows.iterator()
    ]


def _commands(user_id: int) -> list[dict[str, Any]]:
    """Of others a reply may tell as well (who asked for what was skipped): they are left out of it."""
    return [
        {
            "id": row.id,
            "guild_id": str(row.guild_id),
            "kind": row.kind,
            "at": row.at.isoformat(),
            "actor": row.actor,
            "outcome": _without_others(row.outcome, user_id),
        }
        for row in Command.objects.filter(actor__contains={"user_id": user_id}).order_by("at", "id").iterator()
    ]


def _without_others(value: Any, user_id: int) -> Any:
    if isinstance(value, list):
        return [_without_others(each, user_id) for each in value]
    if not isinstance(value, dict):
        return value
    clean = {key: _without_others(each, user_id) for key, each in value.items()}
    if clean.get("requester_id") not in {None, user_id}:
        clean["requester_id"] = NOBODY
        clean.pop("requester_name", None)
    return clean


def _tokens(user_id: int) -> list[dict[str, Any]]:
    """Never the token itself, which we do not know, and not its hash."""
    return [
        {
            "guild_id": str(row.guild_id),
            "name": row.name,
            "scopes": row.scopes,
            "created_at": row.created_at.isoformat(),
            "revoked": row.revoked_at is not None,
        }
        for row in ApiToken.objects.filter(created_by=user_id).order_by("id")
    ]


def _logins(user_id: int) -> list[dict[str, Any]]:
    return [
        {
            "name": row.name,
            "guilds": row.guilds,
            "created_at": row.created_at.isoformat(),
            "expires_at": row.expires_at.isoformat(),
        }
        for row in Login.objects.filter(user_id=user_id).order_by("id")
    ]


def _staff(user_id: int) -> list[dict[str, Any]]:
    """Whoever works at the support desk and signs in there with Discord; an admin ends that, no erasure does."""
    return [
        {
            "name": row.user.get_username(),
            "role": row.role,
            "signed_in_at": row.signed_in_at.isoformat() if row.signed_in_at else None,
        }
        for row in StaffMember.objects.filter(discord_id=user_id).select_related("user")
    ]
