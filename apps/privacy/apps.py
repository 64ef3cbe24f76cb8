"""Registers the requests for erasure with Django."""

from __future__ import annotations

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Export and erasure of a member's data."""

    name = "apps.privacy"
    label = "privacy"
