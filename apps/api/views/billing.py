"""What a guild pays, what it used, and what there is to buy."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.scopes import Scope
from apps.api.view import View
from apps.billing.selectors import features_get, month_of, plans_on_sale, subscription_shown, usage_get


class SubscriptionShape(serializers.Serializer[Any]):
    """A guild's subscription."""

    tier = serializers.CharField(help_text="Whose limits count now.")
    plan = serializers.CharField(help_text="What was bought or granted.")
    status = serializers.CharField()
    period_end = serializers.DateTimeField(allow_null=True)
    cancel_at_period_end = serializers.BooleanField()
    source = serializers.CharField()  # type: ignore[assignment] # DRF takes fields off the class


class UsageShape(serializers.Serializer[Any]):
    """What counts against the plan."""

    month = serializers.DateField(help_text="Its first day (UTC).")
    tracks = serializers.IntegerField(help_text="That began in this month.")
    tracks_per_month = serializers.IntegerField(allow_null=True, help_text="Null: any number.")


class PriceShape(serializers.Serializer[Any]):
    """What a plan costs."""

    interval = serializers.CharField()
    amount = serializers.IntegerField(help_text="In the currency's smallest unit.")
    currency = serializers.CharField()


class PlanShape(serializers.Serializer[Any]):
    """A plan; null is unlimited."""

    tier = serializers.CharField()
    name = serializers.CharField()
    queue_size = serializers.IntegerField(allow_null=True)
    track_length_s = serializers.IntegerField(allow_null=True)
    tracks_per_month = serializers.IntegerField(allow_null=True)
    import_size = serializers.IntegerField(allow_null=True)
    volume_cap = serializers.IntegerField()
    filters = serializers.CharField()
    autoplay = serializers.CharField()
    always_on = serializers.BooleanField()
    saved_playlists = serializers.IntegerField(allow_null=True)
    api_per_minute = serializers.IntegerField(allow_null=True)
    priority = serializers.IntegerField()
    prices = PriceShape(many=True)


class SubscriptionView(View):
    """`…/subscription`."""

    needs = {"GET": Scope.BILLING_READ}

    @extend_schema(operation_id="subscription_show", responses=SubscriptionShape)
    def get(self, request: Request, guild_id: int) -> Response:
        """The guild's subscription."""
        return Response(subscription_shown(guild_id))


class UsageView(View):
    """`…/usage`."""

    needs = {"GET": Scope.BILLING_READ}

    @extend_schema(operation_id="usage_show", responses=UsageShape)
    def get(self, request: Request, guild_id: int) -> Response:
        """What was used in this calendar month."""
        now = timezone.now()
        limit = features_get(guild_id).tracks_per_month
        return Response({"month": month_of(now), "tracks": usage_get(guild_id, now), "tracks_per_month": limit})


class PlansView(View):
    """`plans/`."""

    needs = {"GET": None}

    @extend_schema(operation_id="plan_list", responses=PlanShape(many=True))
    def get(self, request: Request) -> Response:
        """What there is, the least first; a plan without prices is agreed on with staff."""
        return Response(
            [
                {
                    **asdict(plan),
                    "prices": [
                        {"interval": price.interval, "amount": price.amount, "currency": price.currency}
                        for price in prices
                    ],
                }
                for plan, prices in plans_on_sale()
            ]
        )
