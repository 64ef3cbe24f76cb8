"""Op 4: joins, moves and leaves voice channels, and notices when Discord silently does not let us in (TRAPS 39)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

import structlog

from bot.metrics import JOINS_REFUSED
from bot.patience import Patience
from bot.voice_map import LEFT, GuildVoice, present
from bot.voice_news import VoiceNews
from project import tracing
from project.spawned import Spawned
from project.wire import keys
from project.wire.messages import JoinRefused, MoveVoice
from project.wire.publish import SideWrites

log = structlog.get_logger(__name__)

SendOp4 = Callable[[int, int | None], Coroutine[None, None, None]]
"""Waits for the shard's socket and its rate limit (about 110 sends a minute), then sends."""


class VoiceMover:
    """Sends op 4 in the order of `rev` per guild; those not yet confirmed are sent again on a new socket."""

    def __init__(
        self,
        send: SendOp4,
        news: VoiceNews,
        now_ms: Callable[[], int],
        patience: Patience,
    ) -> None:
        self._send = send
        self._news = news
        self._now_ms = now_ms
        self._patience = patience
        self._unconfirmed: dict[int, MoveVoice] = {}
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._spawned = Spawned()

    async def move(self, order: MoveVoice) -> None:
        """Carry out an order of a worker, unless a newer one was carried out already."""
        voice = await self._news.guild(order.guild_id)
        if voice.outdates(order.epoch, order.rev):
            log.info(
                "An older op 4 is dropped",
                guild_id=order.guild_id,
                command_id=order.command_id,
                rev=order.rev,
                epoch=order.epoch,
                newest=voice.move_rev,
                newest_epoch=voice.move_epoch,
            )
            return
        voice.move_rev, voice.move_epoch = order.rev, order.epoch or voice.move_epoch
        under_way = self._unconfirmed.get(order.guild_id)
        stays = order.channel_id == (under_way.channel_id if under_way else voice.own_channel)
        if not stays:
            self._unconfirmed[order.guild_id] = order
            voice.move_channel = order.channel_id or LEFT
        elif under_way is None:
            voice.move_channel = None
        with tracing.part(order.command_id, "op 4"):
            await self._send(order.guild_id, order.channel_id)
        log.info(
            "Op 4 sent",
            guild_id=order.guild_id,
            command_id=order.command_id,
            channel_id=order.channel_id,
            rev=order.rev,
        )
        if self._unconfirmed.get(order.guild_id) is order:
            self._expect(order)
        voice = await self._news.guild(order.guild_id)  # GUILD_CREATE may have put a new map in place meanwhile
        # Where nothing changes Discord may have nothing to tell, but the worker waits to hear where we are.
        events = present(order.guild_id, voice, self._now_ms()) if stays else ()
        await self._news.tell(order.guild_id, _asked(order.guild_id, voice), *events)

    async def rejoin(self, guild_id: int, channel_id: int) -> None:
        """A new gateway session has no voice connections: ask for the one we had."""
        voice = await self._news.guild(guild_id)
        log.info("Rejoining voice in a new gateway session", guild_id=guild_id, channel_id=channel_id)
        order = MoveVoice(guild_id=guild_id, channel_id=channel_id, rev=max(voice.move_rev, 0))
        self._unconfirmed[guild_id] = order
        # Not in the guild's lane: with hundreds of guilds the socket's limit takes minutes, and commands wait there.
        self._spawned.start(self._ask_again(order), f"rejoin {guild_id}")

    async def _ask_again(self, order: MoveVoice) -> None:
        await self._send(order.guild_id, order.channel_id)
        if self._unconfirmed.get(order.guild_id) is order:
            self._expect(order)

    def awaits(self, guild_id: int) -> bool:
        """Whether an op 4 of this process is not confirmed; on a new socket it is sent again without being asked."""
        return guild_id in self._unconfirmed

    def moved(self, guild_id: int, voice: GuildVoice, channel_id: int | None) -> None:
        """Our own voice state came; it may still be about an op 4 before the latest."""
        order = self._unconfirmed.get(guild_id)
        if order is None or order.channel_id == channel_id:
            voice.move_channel = None
            self.forget(guild_id)

    def forget(self, guild_id: int) -> None:
        """Nothing is expected of a guild any more."""
        self._unconfirmed.pop(guild_id, None)
        if timer := self._timers.pop(guild_id, None):
            timer.cancel()

    def send_unconfirmed_again(self) -> None:
        """The socket is a new one: what the old one took may never have arrived."""
        for order in list(self._unconfirmed.values()):
            self._spawned.start(self._send(order.guild_id, order.channel_id), f"op 4 again {order.guild_id}")
            self._expect(order)

    async def close(self) -> None:
        """Stop waiting for confirmations."""
        for timer in self._timers.values():
            timer.cancel()
        await self._spawned.close()

    def _expect(self, order: MoveVoice) -> None:
        if timer := self._timers.pop(order.guild_id, None):
            timer.cancel()
        self._timers[order.guild_id] = asyncio.get_running_loop().call_later(
            self._patience.join, self._unanswered, order
        )

    def _unanswered(self, order: MoveVoice) -> None:
        self.forget(order.guild_id)
        if order.channel_id is None:
            return  # leaving a channel that we were not in
        JOINS_REFUSED.inc()
        log.warning("Discord did not let the bot into a channel", guild_id=order.guild_id, channel_id=order.channel_id)
        self._spawned.start(self._tell_refused(order, order.channel_id), f"join refused {order.guild_id}")

    async def _tell_refused(self, order: MoveVoice, channel_id: int) -> None:
        voice = await self._news.guild(order.guild_id)
        if voice.move_channel == channel_id:
            voice.move_channel = None
        refused = JoinRefused(
            guild_id=order.guild_id,
            channel_id=channel_id,
            rev=order.rev,
            command_id=order.command_id,
            at_ms=self._now_ms(),
        )
        await self._news.tell(order.guild_id, _asked(order.guild_id, voice), refused)


def _asked(guild_id: int, voice: GuildVoice) -> SideWrites:
    """Mirror what was asked of Discord last, and whether that is settled."""
    key = keys.voice(guild_id)
    rev: tuple[tuple[str, str, str], ...] = () if voice.move_rev < 0 else ((key, "move_rev", str(voice.move_rev)),)
    if voice.move_epoch:
        rev += ((key, "move_epoch", str(voice.move_epoch)),)
    if voice.move_channel is None:
        return SideWrites(hset=rev, hdel=((key, "move_channel"),))
    return SideWrites(hset=(*rev, (key, "move_channel", str(voice.move_channel))))
