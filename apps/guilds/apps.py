"""Registers the guild tables with Django."""

from __future__ import annotations

from django.apps import AppConfig


class GuildsConfig(AppConfig):
    """Settings of guilds."""

    name = "apps.guilds"
    label = "guilds"
