"""What has to be asked of Discord before an order goes on its way: a file's text, whether the bot may write there."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from bot.announcements import NEEDED as TO_ANNOUNCE
from bot.cdn import Cdn
from bot.channel_rights import BITS, ChannelRights
from bot.sentences import may_not_write
from bot.slash.options import Refused
from bot.understanding import Upload
from project.wire.desk import ChangeSettings
from project.wire.messages import Order

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.5
"""Where Discord is slower, the setting is taken; the player says later what it may not do there."""
WRITES_IN = {"player_channel_id": tuple(BITS), "announce_channel_id": TO_ANNOUNCE}
"""Settings that name a channel, and what the bot needs there."""


class Preparing:
    """Nothing else of the guild waits for it."""

    def __init__(self, cdn: Cdn, rights: ChannelRights) -> None:
        self._cdn, self._rights = cdn, rights

    def of(self, guild_id: int, wish: Order | Upload) -> Coroutine[Any, Any, Order] | None:
        """What gives the order, or raises Refused; None for an order that needs nothing."""
        if isinstance(wish, Upload):
            return self._read(wish)
        if isinstance(wish, ChangeSettings) and any(wish.given().get(setting) for setting in WRITES_IN):
            return self._checked(guild_id, wish)
        return None

    async def _read(self, upload: Upload) -> Order:
        return upload.order(await self._cdn.text(upload.file))

    async def _checked(self, guild_id: int, order: ChangeSettings) -> Order:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                for setting, needed in WRITES_IN.items():
                    channel_id = order.given().get(setting)
                    if isinstance(channel_id, int):
                        await self._may_write(guild_id, channel_id, needed)
        except TimeoutError:
            log.warning("Discord does not say in time what the bot may do", guild_id=guild_id)
        return order

    async def _may_write(self, guild_id: int, channel_id: int, needed: tuple[str, ...]) -> None:
        missing = await self._rights.missing(guild_id, channel_id, needed)
        if missing:
            raise Refused(may_not_write(channel_id, missing))
