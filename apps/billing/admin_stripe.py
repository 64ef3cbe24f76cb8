"""Stripe's records as dj-stripe mirrors them, for the admin role, to read; dj-stripe's own pages write and sync."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from djstripe import models as stripe_models

from apps.support.model_admin import ReadOnlyAdmin


class StripeRecordAdmin(ReadOnlyAdmin):
    """Found by the id that Stripe gave it."""

    list_display: tuple[str, ...] = ("id", "created", "livemode")
    search_fields = ("id",)
    search_help_text = "Stripe's id"
    ordering = ("-djstripe_id",)
    exact: ClassVar[str] = "id"
    """The column that a search compares with."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The whole id: part of one would read the whole table."""
        return (queryset.filter(**{self.exact: search_term.strip()}) if search_term.strip() else queryset), False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """What has a column; what Stripe sent stands in `stripe_data`."""
        return [field.name for field in self.model._meta.concrete_fields]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Links to other records would each be a statement, so they come along."""
        found: QuerySet[Any] = super().get_queryset(request)
        names = [field.name for field in self.model._meta.concrete_fields if field.is_relation]
        return found.select_related(*names) if names else found


class CustomerAdmin(StripeRecordAdmin):
    """Payers; also found by e-mail address."""

    search_help_text = "Stripe's id, or the whole e-mail address"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By id or address."""
        if "@" in search_term:
            return queryset.filter(email__iexact=search_term.strip()), False
        return super().get_search_results(request, queryset, search_term)


class WebhookAdmin(ReadOnlyAdmin):
    """Webhooks as they came, and what became of them."""

    list_display = ("id", "created", "processed", "valid", "exception")
    list_filter = ("processed", "valid")
    ordering = ("-id",)
    exclude = ("headers", "remote_ip", "traceback")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Without the signature's header and addresses."""
        return [name for name in super().get_readonly_fields(request, obj) if name not in self.exclude]


RECORDS: tuple[type[Any], ...] = (
    stripe_models.Charge,
    stripe_models.Dispute,
    stripe_models.Event,
    stripe_models.Invoice,
    stripe_models.PaymentIntent,
    stripe_models.Price,
    stripe_models.Product,
    stripe_models.Refund,
    stripe_models.Subscription,
)
"""Keys and the webhook's endpoint are not among them: they hold secrets."""

admin.site.register(RECORDS, StripeRecordAdmin)
admin.site.register(stripe_models.Customer, CustomerAdmin)
admin.site.register(stripe_models.WebhookEventTrigger, WebhookAdmin)
