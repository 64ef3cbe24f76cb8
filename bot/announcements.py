"""Says in a channel what answers no command; where that does not take it, elsewhere, and the worker hears why."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from bot.channel_rights import ChannelRights
from bot.discord_rest import FORBIDDEN_CODES, UNKNOWN_CHANNEL, DiscordRefused, DiscordRest
from bot.voice_news import VoiceNews
from project.wire.messages import Announcement, AnnouncementRefused
from project.wire.publish import SideWrites

log = structlog.get_logger(__name__)

NEEDED = ("view_channel", "send_messages")
"""There are no embeds in announcements."""


class Announcements:
    """One shard's."""

    def __init__(self, *, rest: DiscordRest, rights: ChannelRights, news: VoiceNews, now_ms: Callable[[], int]) -> None:
        self._rest, self._rights, self._news = rest, rights, news
        self._now_ms = now_ms

    async def say(self, message: Announcement) -> None:
        """Raises DiscordAway, and DiscordRefused where no channel takes it."""
        try:
            await self._rest.post(message.channel_id, message.payload, message.nonce)
            return
        except DiscordRefused as error:
            if error.code not in FORBIDDEN_CODES and error.code != UNKNOWN_CHANNEL:
                raise
            said = log.bind(guild_id=message.guild_id, channel_id=message.channel_id)
            said.warning("An announcement is not taken by its channel", reason=str(error))
            await self._complain(message, error)
        if message.otherwise_id is not None:
            await self._rest.post(message.otherwise_id, message.payload, message.nonce)

    async def _complain(self, message: Announcement, error: DiscordRefused) -> None:
        """That a channel is gone is nobody's mistake: the worker hears of that by itself."""
        if error.code == UNKNOWN_CHANNEL:
            return
        missing = await self._rights.missing(message.guild_id, message.channel_id, NEEDED)
        refused = AnnouncementRefused(
            guild_id=message.guild_id, channel_id=message.channel_id, at_ms=self._now_ms(), missing=missing
        )
        await self._news.tell(message.guild_id, SideWrites(), refused)
