"""The base of what staff do to one guild: said before, done once, noted once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from apps.support.audit import Intention, intend, record, record_once
from apps.support.confirmation import Confirmation, ReasonForm
from apps.support.guild_pages.reading import known_or_404

_MARKS = re.compile(r"\\([^a-zA-Z0-9\s])|[*`]")


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

    def note(
        self, action: str, form: ReasonForm, before: Mapping[str, Any], after: Mapping[str, Any], *, once: str
    ) -> None:
        """A line of the audit log for what happens once under `once`, in its transaction."""
        record_once(
            once=once,
            actor=self.actor,
            action=action,
            guild_id=self.guild_id,
            reason=form.why,
            before=before,
            after=after,
        )

    def intend(self, action: str, form: ReasonForm, after: Mapping[str, Any], *, once: str) -> Intention:
        """A line of the audit log before an order is given that happens once under `once`."""
        return intend(once=once, actor=self.actor, action=action, guild_id=self.guild_id, reason=form.why, after=after)

    def note_change(self, action: str, form: ReasonForm, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """A line for what has changed just now, in its transaction: each time, whatever id the form had."""
        record(
            actor=self.actor,
            action=action,
            guild_id=self.guild_id,
            reason=form.why,
            before=before,
            after=after,
            subject=f"form:{form.command_id}",
        )


def plain_words(sentence: str) -> str:
    """A sentence as it is for Discord without Discord's marks."""
    return _MARKS.sub(lambda found: found.group(1) or "", sentence)
