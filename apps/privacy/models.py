"""Requests to be forgotten: they name the member only until they are done."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class EraseRequest(models.Model):
    """One wish to be forgotten. What is left of it afterwards says that it was kept, and not whose it was."""

    user_id = models.BigIntegerField(null=True)
    """Null once it is done."""
    asked_by = models.TextField()
    """`member`, `api`, or `staff:<name>`."""
    guilds = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    """Where the member left traces, as text; the way to them is erased with them, so it is noted before."""
    passes = models.SmallIntegerField(default=0, db_default=0)
    next_at = models.DateTimeField(db_default=Now())
    requested_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    kept = models.TextField(default="", db_default="")
    """What could not go: `payer` where a plan was bought meanwhile."""

    class Meta:
        db_table = "erase_requests"
        constraints = [
            models.UniqueConstraint(
                fields=["user_id"], condition=models.Q(user_id__isnull=False), name="one_open_erase_request"
            )
        ]

    def __str__(self) -> str:
        return f"erase request {self.pk}"
