"""Registers the accounts' tables with Django."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Tokens and logins."""

    name = "apps.accounts"
    label = "accounts"
