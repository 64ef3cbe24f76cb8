"""Who works at the desk, and what they did. Both hold names of staff and of nobody else."""

from __future__ import annotations

from enum import IntEnum

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from apps.support.roles import Role


class StaffMember(models.Model):
    """One of staff. Password and name are the user's; who has no row here does not get in."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="staff_member", editable=False
    )
    role = models.TextField(choices=[(role.value, role.value) for role in Role])
    discord_id = models.BigIntegerField(null=True, blank=True, unique=True)
    """Who may sign in with Discord as this member; null: nobody."""
    epoch = models.IntegerField(default=0, db_default=0, editable=False)
    """Sessions carry the number that they were made with; raising it ends them all."""
    failures = models.IntegerField(default=0, db_default=0, editable=False)
    """Wrong passwords since the last right one."""
    locked_until = models.DateTimeField(null=True, editable=False)
    enrolment_digest = models.TextField(null=True, unique=True, editable=False)
    """SHA-256 of the one-time code that sets the password, in hex."""
    enrolment_until = models.DateTimeField(null=True, editable=False)
    signed_in_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        db_table = "staff_members"
        verbose_name = "staff member"

    def __str__(self) -> str:
        return self.user.get_username()


class AuditEntry(models.Model):
    """Something that one of staff did. PostgreSQL refuses to change or delete a row (migration 0002)."""

    at = models.DateTimeField(db_default=Now())
    actor = models.TextField()
    """`staff:<name>`, or `operator` for who used manage.py."""
    action = models.TextField()
    subject = models.TextField(default="", db_default="")
    """What it was done to, where that is a row: `app.model:key`."""
    guild_id = models.BigIntegerField(null=True)
    reason = models.TextField(default="", db_default="")
    before = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    after = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))

    class Meta:
        db_table = "staff_audit"
        indexes = [
            models.Index(fields=["-at"], name="staff_audit_recent"),
            models.Index(fields=["guild_id", "-at"], name="staff_audit_guild"),
            models.Index(fields=["actor", "-at"], name="staff_audit_actor"),
            models.Index(fields=["subject", "-at"], name="staff_audit_subject", condition=~models.Q(subject="")),
        ]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor}"


class Stage(IntEnum):
    """How far something came that staff ordered; the line says nothing of it where whoever gave the order died."""

    NOT_GIVEN = 0
    """It was refused on the way, and is never carried out."""
    OPEN = 1
    """It was given, and nobody has answered yet."""
    ENDED = 2
    """It was carried out or refused by whom it was given to."""


class AuditOutcome(models.Model):
    """What became of an order whose line was written before it was given; of several, the later stage counts.

    PostgreSQL refuses to change or delete a row (migration 0005).
    """

    entry = models.ForeignKey(AuditEntry, models.PROTECT, related_name="outcomes", db_index=False)
    stage = models.SmallIntegerField()
    at = models.DateTimeField(db_default=Now())
    after = models.JSONField()
    """Goes over the line's own `after`."""

    class Meta:
        db_table = "staff_audit_outcomes"
        constraints = [models.UniqueConstraint(fields=["entry", "stage"], name="staff_audit_outcome_once")]

    def __str__(self) -> str:
        return f"outcome of {self.entry_id}"


class AuditLine(models.Model):
    """A line of either log, `staff_audit` with what became of it, or `billing_events`, as a view shows them together
    (migration 0005).
    """

    id = models.TextField(primary_key=True)
    """`s` or `b`, and the row's own."""
    at = models.DateTimeField()
    actor = models.TextField()
    action = models.TextField()
    subject = models.TextField()
    guild_id = models.BigIntegerField(null=True, verbose_name="guild")
    reason = models.TextField()
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        managed = False
        db_table = "audit_lines"
        verbose_name = "line of the audit log"
        verbose_name_plural = "audit log"

    def __str__(self) -> str:
        return f"{self.action} by {self.actor}"
