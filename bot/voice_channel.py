"""Where a member sits: interactions do not say."""

from __future__ import annotations

import asyncio

import structlog

from bot.discord_rest import DiscordAway, DiscordRefused, DiscordRest
from bot.interaction import Interaction
from bot.voice_map import GuildVoice
from bot.voice_news import VoiceNews

log = structlog.get_logger(__name__)

MAP_SECONDS = 1.0
"""Longest wait of a command for the voice map; Discord is asked, then."""


async def voice_channel(news: VoiceNews, rest: DiscordRest, interaction: Interaction, guild_id: int) -> int | None:
    """The member's channel; Discord is asked when the map may have holes."""
    try:
        async with asyncio.timeout(MAP_SECONDS):
            voice = await news.guild(guild_id)
    except TimeoutError:
        voice = GuildVoice()
    seat = voice.seats.get(interaction.user_id)
    if seat is not None or voice.complete:
        return seat.channel_id if seat else None
    try:
        return await rest.voice_channel(guild_id, interaction.user_id)
    except (DiscordAway, DiscordRefused) as error:
        log.warning("A member's voice channel is not known", **interaction.named, reason=str(error))
        return None
