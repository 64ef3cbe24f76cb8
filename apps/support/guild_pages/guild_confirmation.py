"""The base of what staff do to one guild: said before, done once, noted once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import connection, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from apps.support.audit import record
from apps.support.confirmation import Confirmation, ReasonForm
from apps.support.guild_pages.reading import known_or_404
from apps.support.models import AuditEntry

_MARKS = re.compile(r"\\([^\w\s])|\*\*|`")


class GuildConfirmation(Confirmation):
    """Its address names the guild."""

    role: ClassVar[str | None] = "support"

    @property
    def guild_id(self) -> int:
        """Whom it concerns."""
        return int(self.kwargs["guild_id"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only guilds that we know."""
        known_or_404(kwargs["guild_id"])
        return super().dispatch(request, *args, **kwargs)

    def back(self) -> str:
        """The guild's page."""
        return reverse("admin:guild", args=[self.guild_id])

    def note(self, action: str, form: ReasonForm, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """A line of the audit log."""
        note_once(self.actor, action, guild_id=self.guild_id, form=form, before=before, after=after)


def note_once(
    actor: str,
    action: str,
    *,
    guild_id: int | None,
    form: ReasonForm,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """One line of the audit log, however often the form was sent: the first outcome that was known stands."""
    subject = f"form:{form.command_id}"
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [subject])
        if not AuditEntry.objects.filter(guild_id=guild_id, actor=actor, subject=subject).exists():
            record(
                actor=actor,
                action=action,
                guild_id=guild_id,
                reason=form.why,
                before=before,
                after=after,
                subject=subject,
            )


def plain_words(sentence: str) -> str:
    """A sentence as it is for Discord without Discord's marks."""
    return _MARKS.sub(lambda found: found.group(1) or "", sentence)
