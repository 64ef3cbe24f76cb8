"""The desk's pages about subscriptions and usage; plans and Stripe's records have modules of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from djstripe.models import Customer
from unfold.decorators import display

from apps.billing import admin_plans, admin_stripe
from apps.billing.models import BillingEvent, Subscription, Usage
from apps.billing.selectors import tier_of
from apps.support.model_admin import ReadOnlyAdmin
from apps.support.numbers import number_in
from apps.support.roles import permitted
from project import settings

__all__ = ["admin_plans", "admin_stripe"]

MOST_FOUND = 200
"""Customers with the same e-mail address."""
TRAIL = 50
"""Lines of the audit trail on the page."""


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    """Found by guild, the payer's e-mail, or an id of Stripe's; changed by the pages of apps.support.billing_pages."""

    list_display = ("guild_id", "counts", "status", "source", "period_end", "grant_tier", "stripe_subscription_id")
    list_filter = ("status", "tier", "cancel_at_period_end")
    search_fields = ("guild_id",)
    search_help_text = "Guild id, the payer's whole e-mail address, sub_… or cus_…"
    ordering = ("-guild_id",)
    change_form_outer_before_template = "support/row_actions.html"
    change_form_after_template = "support/subscription_trail.html"
    readonly_fields = ("counts", "at_stripe")

    @display(description="plan")
    def counts(self, row: Subscription) -> str:
        """Whose limits count now."""
        return tier_of(row).value

    @display(description="at Stripe")
    def at_stripe(self, row: Subscription) -> SafeString | str:
        """Links to Stripe's own pages, where payments are refunded."""
        pairs = [("customers", row.stripe_customer_id), ("subscriptions", row.stripe_subscription_id)]
        links = [(dashboard(f"{kind}/{quote(found)}"), found) for kind, found in pairs if found]
        return format_html_join(", ", '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>', links) or "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """The links are for those who refund."""
        shown = super().get_readonly_fields(request, obj)
        return shown if permitted(request.user, "billing.refund_subscription") else shown[:1] + shown[2:]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By what has an index, and nothing else: no list is read whole."""
        return found(queryset, search_term.strip()), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the audit trail and the actions of the role."""
        more: dict[str, Any] = {"trail": [], "desk_actions": []}
        guild_id = number_in(object_id)
        if guild_id is not None:
            more = {
                "trail": BillingEvent.objects.filter(guild_id=guild_id).order_by("-at")[:TRAIL],
                "desk_actions": actions_of(request, guild_id),
            }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})


@admin.register(Usage)
class UsageAdmin(ReadOnlyAdmin):
    """Tracks that began, by guild and month."""

    list_display = ("guild_id", "month", "tracks")
    search_fields = ("guild_id",)
    search_help_text = "Guild id"
    ordering = ("-id",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By guild."""
        return (of_guild(queryset, search_term.strip()) if search_term.strip() else queryset), False


def found(queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
    """Of the subscriptions those that a text means; none where it means nothing."""
    if not term:
        return queryset
    if "@" in term:
        payers = Customer.objects.filter(email__iexact=term).values_list("id", flat=True)[:MOST_FOUND]
        return queryset.filter(stripe_customer_id__in=list(payers))
    if term.startswith("sub_"):
        return queryset.filter(stripe_subscription_id=term)
    if term.startswith("cus_"):
        return queryset.filter(stripe_customer_id=term)
    return of_guild(queryset, term)


def of_guild(queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
    """The rows of one guild."""
    guild_id = number_in(term)
    return queryset.none() if guild_id is None else queryset.filter(guild_id=guild_id)


def dashboard(place: str) -> str:
    """A page of Stripe's own for us."""
    return f"https://dashboard.stripe.com/{'' if settings.STRIPE_LIVE_MODE else 'test/'}{place}"


def actions_of(request: HttpRequest, guild_id: int) -> Sequence[tuple[str, str]]:
    """Words and address of what this user may do to a subscription."""
    words = {
        "grant": ("Grant a plan", "billing.grant_subscription"),
        "end-grant": ("End the grant", "billing.grant_subscription"),
        "cancel": ("Cancel at period end", "billing.cancel_subscription"),
        "cancel-now": ("Cancel now", "billing.cancel_subscription"),
    }
    return [
        (said, reverse(f"admin:subscription_{name}", args=[guild_id]))
        for name, (said, permission) in words.items()
        if permitted(request.user, permission)
    ]
