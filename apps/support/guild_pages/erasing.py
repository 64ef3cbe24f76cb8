"""An admin has a member's data erased; the audit log names the request, never the member."""

from __future__ import annotations

from django import forms
from django.db import transaction
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.privacy.erasure import StillPaying, member_erase
from apps.support.confirmation import Impossible, ReasonForm
from apps.support.guild_pages.guild_confirmation import GuildConfirmation
from apps.support.numbers import SNOWFLAKES


class EraseForm(ReasonForm):
    """Whose."""

    member = forms.IntegerField(
        label="Discord id of the member",
        min_value=SNOWFLAKES.start,
        max_value=SNOWFLAKES.stop - 1,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    field_order = ("member", "reason")


class ErasePage(GuildConfirmation):
    """`erase/`: reached from a guild, but it concerns the member in all of them."""

    role = "admin"
    form_class = EraseForm
    title, button, is_dangerous = "Erase a member's data", "Erase for good", True

    def consequences(self) -> list[str]:
        """What goes, everywhere."""
        return [
            "Playlists, favourites, history, votes, sign-ins and the payer's record go, in all guilds, for good.",
            "Tracks that they asked for stay in the queues, as nobody's.",
            "A member who pays for a running plan has to cancel it first.",
        ]

    def carry_out(self, form: ReasonForm) -> str:
        """Asked again while it runs it is the same request."""
        try:
            with transaction.atomic():
                request = member_erase(user_id=form.cleaned_data["member"], asked_by=self.actor)
                self.note(
                    "erase member",
                    form,
                    before={},
                    after={"request": request.pk},
                    once=f"{form.command_id}:{request.pk}",
                )
        except StillPaying as error:
            guilds = ", ".join(map(str, error.guilds))
            raise Impossible(
                f"Not erased: the member pays for a running plan of guild {guilds}. Cancel it first."
            ) from error
        return "The erasure has begun: within a minute nothing names the member any more."
