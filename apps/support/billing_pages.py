"""What staff do to a guild's subscription: grant a plan, end a grant, cancel at Stripe; each said before, and noted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.billing.cancelling import NothingToCancel, paid_get, subscription_cancel
from apps.billing.entitlements import Tier
from apps.billing.models import Subscription
from apps.billing.selectors import subscription_get, tier_of
from apps.billing.services import subscription_grant, subscription_revoke
from apps.billing.stripe_client import StripeFailed
from apps.support.audit import intend, settle
from apps.support.confirmation import Confirmation, Impossible, ReasonForm
from apps.support.models import Stage
from apps.support.numbers import SNOWFLAKES

LONGEST_GRANT = timedelta(days=5 * 366)
"""A slip of the keyboard makes no grant for centuries."""
NOTHING_RUNS = "This guild has no running subscription at Stripe."


class SubscriptionConfirmation(Confirmation):
    """Its address names the guild; one returns to the subscription."""

    @property
    def guild_id(self) -> int:
        """Whom it concerns."""
        return int(self.kwargs["guild_id"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only guilds that have a row; all where the bot is or was have one."""
        if kwargs["guild_id"] not in SNOWFLAKES or not Subscription.objects.filter(pk=kwargs["guild_id"]).exists():
            raise Http404("no such guild")
        return super().dispatch(request, *args, **kwargs)

    def back(self) -> str:
        """The subscription's page."""
        return reverse("admin:billing_subscription_change", args=[self.guild_id])

    @property
    def subscription(self) -> Subscription:
        """As it is now."""
        return subscription_get(self.guild_id)


class GrantForm(ReasonForm):
    """Which plan, until when, and why."""

    tier = forms.ChoiceField(
        label="Plan",
        choices=[(tier.value, tier.value) for tier in Tier if tier is not Tier.FREE],
        widget=UnfoldAdminSelectWidget,
    )
    until = forms.DateField(
        label="Until the end of",
        required=False,
        help_text="UTC; empty means without end.",
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
    )
    field_order = ("tier", "until", "reason")

    def clean_until(self) -> date | None:
        """A day to come."""
        until = cast("date | None", self.cleaned_data["until"])
        today = timezone.now().date()
        if until is not None and not today <= until <= today + LONGEST_GRANT:
            raise forms.ValidationError("Choose a day from today on, five years ahead at most.")
        return until

    @property
    def ends_at(self) -> datetime | None:
        """The first moment after the day, of a valid form."""
        until: date | None = self.cleaned_data["until"]
        return None if until is None else datetime.combine(until + timedelta(days=1), datetime.min.time(), UTC)


class GrantPage(SubscriptionConfirmation):
    """`subscriptions/<guild>/grant/`."""

    permission = "billing.grant_subscription"
    form_class = GrantForm
    title = "Grant a plan"
    button = "Grant"

    def consequences(self) -> list[str]:
        """What counts beside it."""
        row = self.subscription
        said = [
            f"Guild {self.guild_id} has {tier_of(row).value} now.",
            "The plan counts in every process within seconds; nothing is charged, and nothing changes at Stripe.",
            "Where a higher plan is paid, that one counts.",
        ]
        if row.grant_tier is not None:
            said.append(f"It takes the place of the present grant: {_grant_words(row)}.")
        return said

    def carry_out(self, form: ReasonForm) -> str:
        """It notes itself in the audit trail."""
        given = cast(GrantForm, form)
        tier, until = Tier(given.cleaned_data["tier"]), given.ends_at
        row = subscription_grant(guild_id=self.guild_id, tier=tier, until=until, actor=self.actor, reason=given.why)
        counts = tier_of(row)
        ending = f"until {given.cleaned_data['until']}" if until else "without end"
        beside = "" if counts is tier else f" {counts.value} is paid and counts."
        return f"Granted {tier.value} {ending}.{beside}"


class EndGrantPage(SubscriptionConfirmation):
    """`subscriptions/<guild>/end-grant/`."""

    permission = "billing.grant_subscription"
    title = "End the grant"
    button = "End the grant"
    is_dangerous = True

    def consequences(self) -> list[str]:
        """What is left."""
        row = self.subscription
        if row.grant_tier is None:
            raise Impossible("Nothing is granted to this guild.")
        return [f"The grant ends now: {_grant_words(row)}.", "What is paid counts again, else the guild is on Free."]

    def carry_out(self, form: ReasonForm) -> str:
        """It notes itself in the audit trail."""
        row = subscription_revoke(guild_id=self.guild_id, actor=self.actor, reason=form.why)
        return f"The grant has ended. {tier_of(row).value} counts."


class CancelPage(SubscriptionConfirmation):
    """`subscriptions/<guild>/cancel/`: with its period."""

    permission = "billing.cancel_subscription"
    title = "Cancel at the end of the period"
    button = "Cancel the subscription"
    is_dangerous = True
    now = False
    action = "cancel at period end"

    def consequences(self) -> list[str]:
        """When it ends."""
        row = self._paid()
        if row.cancel_at_period_end:
            raise Impossible("It ends with its period already.")
        end = f" on {row.stripe_period_end:%Y-%m-%d}" if row.stripe_period_end else ""
        return [
            f"{row.stripe_tier} is not renewed; the guild keeps it until the period ends{end}.",
            "Nothing is paid back. The payer can undo it in Stripe's portal until then.",
        ]

    def carry_out(self, form: ReasonForm) -> str:
        """Stripe does it; our row follows at once, or with Stripe's news. The log knows it before Stripe."""
        self._paid()
        intention = intend(
            once=form.command_id,
            actor=self.actor,
            action=self.action,
            guild_id=self.guild_id,
            reason=form.why,
            after={"at Stripe": "not known"},
        )
        try:
            follows = subscription_cancel(
                guild_id=self.guild_id,
                now=self.now,
                command_id=form.command_id,
                actor="stripe",
                reason=f"after: {self.action}",
            )
        except NothingToCancel as error:
            settle(intention, Stage.NOT_GIVEN, {"at Stripe": "nothing to cancel"})
            raise Impossible(NOTHING_RUNS) from error
        except StripeFailed as error:
            if error.retry:
                settle(intention, Stage.OPEN, {"at Stripe": "not answered"})
                raise Impossible(f"{error}. Whether it was cancelled there is not known yet: look again.") from error
            settle(intention, Stage.NOT_GIVEN, {"at Stripe": "refused"})
            raise Impossible(f"Nothing was changed. {error}.") from error
        settle(intention, Stage.ENDED, {"at Stripe": "accepted"})
        return "Stripe has cancelled it." if follows else "Stripe has cancelled it; this page follows in a moment."

    def _paid(self) -> Subscription:
        try:
            return paid_get(guild_id=self.guild_id)
        except NothingToCancel as error:
            raise Impossible(NOTHING_RUNS) from error


class CancelNowPage(CancelPage):
    """`subscriptions/<guild>/cancel-now/`."""

    title = "Cancel now"
    button = "Cancel now"
    now = True
    action = "cancel now"

    def consequences(self) -> list[str]:
        """What is lost."""
        row = self._paid()
        return [
            f"{row.stripe_tier} ends at once; the guild falls to what is granted, else to Free.",
            "Nothing is paid back by this: refund the last payment at Stripe if that was agreed.",
            "It cannot be undone; the payer would have to subscribe again.",
        ]


PAGES: dict[str, type[Confirmation]] = {
    "grant": GrantPage,
    "end-grant": EndGrantPage,
    "cancel": CancelPage,
    "cancel-now": CancelNowPage,
}
"""By the last part of the address; `admin:subscription_<name>` with the guild's id is the page."""


def billing_urls(admin_view: Any) -> list[URLPattern]:
    """All of them; `admin_view` lets in who is signed in."""
    return [
        path(f"subscriptions/<int:guild_id>/{name}/", admin_view(page.as_view()), name=f"subscription_{name}")
        for name, page in PAGES.items()
    ]


def _grant_words(row: Subscription) -> str:
    return f"{row.grant_tier} " + (f"until {row.grant_until:%Y-%m-%d %H:%M} UTC" if row.grant_until else "without end")
