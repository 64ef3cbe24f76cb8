"""Stripe's webhook, where dj-stripe would have it, with and without the last slash."""

from __future__ import annotations

from django.urls import path

from apps.billing.webhooks import receive

urlpatterns = [path("webhook/<uuid:uuid>", receive, name="stripe-webhook"), path("webhook/<uuid:uuid>/", receive)]
