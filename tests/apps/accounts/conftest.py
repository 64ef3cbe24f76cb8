"""A Discord to sign in with."""

from __future__ import annotations

from tests.apps.accounts.discord_fake import discord

__all__ = ["discord"]
