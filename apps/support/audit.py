"""Notes what staff do. What changes a subscription or a plan notes itself in `billing_events`, with the same actor; the
audit log shows both, and no fact stands in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from apps.support.models import AuditEntry, AuditOutcome, Stage

log = structlog.get_logger(__name__)

OPERATOR = "operator"
"""Who has the server's shell and uses manage.py."""
SENT_AGAIN_WITHIN = timedelta(days=1)
"""A form's id is a command's or Stripe's idempotency key, and is known there at least as long."""
SECRET_FIELDS = frozenset({"password", "digest", "enrolment_digest", "key", "secret", "token", "share_code"})
"""Fields that are noted as changed, never with their value."""


def actor_of(user: Any) -> str:
    """How the audit log names a user of the desk."""
    return f"staff:{user.get_username()}"


def record(
    *,
    actor: str,
    action: str,
    guild_id: int | None,
    reason: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    subject: str = "",
) -> AuditEntry:
    """One line of the audit log, in the transaction of what it tells.

    `actor` comes from `actor_of(request.user)`; `action` is a verb and its object ("skip", "block guild"); `reason` is
    what staff gave; `before` and `after` are JSON and hold no personal data and no secret. `subject` names a row:
    `subject_of(row)`. What is done elsewhere than in this transaction is noted by `intend`.
    """
    entry = AuditEntry.objects.create(
        actor=actor,
        action=action,
        subject=subject,
        guild_id=guild_id,
        reason=reason,
        before=dict(before),
        after=dict(after),
    )
    log.info("Staff did something", action=action, guild=guild_id, subject=subject)
    return entry


def record_once(
    *,
    once: str,
    actor: str,
    action: str,
    guild_id: int | None,
    reason: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """`record`, for an action that a form asked for whose id is `once`: one line however often it is sent; the first
    one stands. Only for what happens once under that id: whoever sends a form may choose it, also a used one.
    """
    with transaction.atomic():
        if _noted(once, actor, action, guild_id) is None:
            record(
                actor=actor,
                action=action,
                guild_id=guild_id,
                reason=reason,
                before=before,
                after=after,
                subject=f"form:{once}",
            )


@dataclass(frozen=True, slots=True)
class Intention:
    """The line of an order that is about to be given; `settle` says what became of it."""

    entry_id: int
    is_first: bool
    """Else the form was sent before, and what it asks for may have been given then."""


def intend(
    *, once: str, actor: str, action: str, guild_id: int | None, reason: str, after: Mapping[str, Any]
) -> Intention:
    """A line that is committed before an order is given, so that none is carried out that the log does not know, also
    where this process dies in between. `after` is what stands there then.

    A form that is sent again is the same line, unless nothing was given the first time.
    """
    with transaction.atomic(durable=True):
        known = _noted(once, actor, action, guild_id)
        if known is not None:
            return Intention(known, is_first=False)
        entry = record(
            actor=actor,
            action=action,
            guild_id=guild_id,
            reason=reason,
            before={},
            after=after,
            subject=f"form:{once}",
        )
    return Intention(entry.pk, is_first=True)


def settle(intention: Intention, stage: Stage, after: Mapping[str, Any]) -> None:
    """What became of it, which goes over the line's `after`; the first of each stage stands.

    That nothing was given counts only of the first attempt: an earlier one may have got through.
    """
    if stage is Stage.NOT_GIVEN and not intention.is_first:
        return
    told = AuditOutcome(entry_id=intention.entry_id, stage=stage, after=dict(after))
    AuditOutcome.objects.bulk_create([told], ignore_conflicts=True)


def _noted(once: str, actor: str, action: str, guild_id: int | None) -> int | None:
    """The line that a form has already; whoever sends it at the same time waits for the end of the transaction."""
    subject = f"form:{once}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [subject])
    lately = timezone.now() - SENT_AGAIN_WITHIN
    noted = AuditEntry.objects.filter(guild_id=guild_id, actor=actor, subject=subject, action=action, at__gt=lately)
    return noted.exclude(outcomes__stage=Stage.NOT_GIVEN).order_by("at").values_list("pk", flat=True).first()


def subject_of(row: Model) -> str:
    """How the audit log names a row."""
    return f"{row._meta.label_lower}:{row.pk}"


def values_of(row: Model) -> dict[str, Any]:
    """A row's columns as JSON, without what is secret."""
    return {field.attname: _plain(field.name, field.value_from_object(row)) for field in row._meta.concrete_fields}


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of two states of a row what differs."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def _plain(name: str, value: Any) -> Any:
    if name in SECRET_FIELDS:
        return "set" if value else None
    return value.isoformat() if isinstance(value, date | datetime) else value
