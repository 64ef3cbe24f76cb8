"""Registers the billing tables with Django."""

from __future__ import annotations

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Plans, subscriptions and usage."""

    name = "apps.billing"
    label = "billing"
