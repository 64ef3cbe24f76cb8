"""Reads of a guild's settings."""

from __future__ import annotations

from apps.guilds.models import GuildSettings


def guild_settings_get(guild_id: int) -> GuildSettings:
    """The guild's settings, or the defaults in a row that is not saved."""
    return GuildSettings.objects.filter(guild_id=guild_id).first() or GuildSettings(guild_id=guild_id)
