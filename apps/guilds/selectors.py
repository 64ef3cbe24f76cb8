"""Reads of a guild's settings, and of whether support has blocked it."""

from __future__ import annotations

from apps.guilds.models import GuildBlock, GuildSettings


def guild_settings_get(guild_id: int) -> GuildSettings:
    """The guild's settings, or the defaults in a row that is not saved."""
    return GuildSettings.objects.filter(guild_id=guild_id).first() or GuildSettings(guild_id=guild_id)


def guild_block_get(guild_id: int) -> GuildBlock | None:
    """Since when, by whom and why the guild is blocked; None if it is not. The reason is for staff alone."""
    return GuildBlock.objects.filter(guild_id=guild_id).first()
