"""Keeps each guild's one player message as the newest screen says: edits it, or posts it anew where it is gone."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import msgspec
import redis
import redis.asyncio
import structlog

from bot.channel_rights import ChannelRights
from bot.discord_rest import (
    FORBIDDEN_CODES,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    DiscordAway,
    DiscordRefused,
    DiscordRest,
    EmbedsDropped,
)
from bot.metrics import SCREENS
from bot.pace import Pace
from bot.redis_clients import text_of
from bot.voice_news import VoiceNews
from project.wire import keys
from project.wire.messages import RemoveScreen, Screen, ScreenGone, ScreenPosted
from project.wire.nonces import nonce_instead_of
from project.wire.publish import SideWrites

log = structlog.get_logger(__name__)

NOT_EDITABLE_CODES = frozenset({UNKNOWN_MESSAGE, 50005, 30046})
"""Unknown message, somebody else's message, too many edits of a message that is older than an hour."""
REMEMBERED = 50_000
Reason: TypeAlias = Literal["forbidden", "unknown_channel"]

PLACE_SECONDS = 900
"""By then the worker has long learnt of the message."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a guild's player message is; no `message_id` says that it is certainly not in the channel any more."""

    channel_id: int
    message_id: int | None
    gone: int = 0
    """The one that was there before, whose nonce Discord still knows."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    entry: bytes
    screen: Screen


class Screens:
    """One shard's. Of screens that wait only the newest `rev` is shown; it inherits `fresh` from those it replaces.

    What this process posted counts for more than the id that a worker names: the worker may not have heard of it yet.
    """

    def __init__(
        self,
        *,
        rest: DiscordRest,
        rights: ChannelRights,
        news: VoiceNews,
        store: redis.asyncio.Redis,
        now_ms: Callable[[], int],
        answers_said: Callable[[int], Awaitable[None]],
        pace: Pace,
    ) -> None:
        """`answers_said` waits, not for long, until a guild's members have their answers: they go first."""
        self._rest, self._rights, self._news, self._store = rest, rights, news, store
        self._now_ms = now_ms
        self._answers_said = answers_said
        self._pace = pace
        self._waiting: dict[int, _Waiting] = {}
        self._places: OrderedDict[int, _Place] = OrderedDict()

    def offer(self, entry: bytes, screen: Screen) -> list[bytes]:
        """A screen was read from the stream; the entries that need not be shown any more because of it."""
        replaced = self._wait(_Waiting(entry, screen))
        if replaced is None:
            return []
        SCREENS.labels(done="superseded").inc()
        return [replaced.entry]

    async def show(self, entry: bytes, guild_id: int) -> None:
        """Show what was offered, unless a newer one has taken its place; raises DiscordAway."""
        if not self._is_next(entry, guild_id):
            return
        await self._answers_said(guild_id)
        await self._pace.turn(guild_id)
        # The newest by now, whoever offered it: if each waited for a turn of its own, a busy guild would see none.
        shown = self._waiting.pop(guild_id, None)
        if shown is None:
            return
        try:
            await self._display(shown.screen)
        except DiscordAway:
            self._wait(shown)
            raise
        except DiscordRefused as error:
            await self._refused(shown.screen, error)
        except EmbedsDropped as error:
            await self._bare(shown.screen, error)

    def give_up(self, entry: bytes, guild_id: int) -> None:
        """It was tried for long enough: what comes next is not compared with it."""
        if self._is_next(entry, guild_id):
            del self._waiting[guild_id]

    async def remove(self, message: RemoveScreen) -> None:
        """Delete a player message; that it is gone already is fine. Raises DiscordAway."""
        place = await self._known(message.guild_id)
        here = place is not None and place.channel_id == message.channel_id
        message_id = (place.message_id if place and here else None) or message.message_id
        await self._delete(message.guild_id, message.channel_id, message_id)
        if here or place is None:
            self._remember(message.guild_id, _Place(message.channel_id, None, message_id))
        SCREENS.labels(done="removed").inc()

    def _wait(self, one: _Waiting) -> _Waiting | None:
        """Let a screen wait; of it and one that waits already the newer stays, the other is returned."""
        guild_id = one.screen.guild_id
        other = self._waiting.get(guild_id)
        if other is None:
            self._waiting[guild_id] = one
            return None
        newer, older = (one, other) if one.screen.rev >= other.screen.rev else (other, one)
        self._waiting[guild_id] = _inheriting(newer, older.screen)
        return older

    def _is_next(self, entry: bytes, guild_id: int) -> bool:
        waiting = self._waiting.get(guild_id)
        return waiting is not None and waiting.entry == entry

    async def _display(self, screen: Screen) -> None:
        message_id = await self._target(screen)
        if message_id is None:
            await self._post(screen)
            return
        said = log.bind(guild_id=screen.guild_id, channel_id=screen.channel_id, rev=screen.rev, message_id=message_id)
        if screen.fresh and await self._buried(screen.channel_id, message_id):
            said.info("The player message is buried and posted anew")
            await self._delete(screen.guild_id, screen.channel_id, message_id)
            self._remember(screen.guild_id, _Place(screen.channel_id, None, message_id))
        else:
            said.info("Updating message")
            if await self._edited(screen, message_id):
                return
        await self._post(screen)

    async def _edited(self, screen: Screen, message_id: int) -> bool:
        """Whether the message could be edited; if not, nothing is left of it."""
        try:
            await self._rest.edit(screen.channel_id, message_id, screen.payload)
        except DiscordRefused as error:
            if error.code not in NOT_EDITABLE_CODES:
                raise
            if error.code != UNKNOWN_MESSAGE:
                await self._delete(screen.guild_id, screen.channel_id, message_id)
            self._remember(screen.guild_id, _Place(screen.channel_id, None, message_id))
            return False
        self._remember(screen.guild_id, _Place(screen.channel_id, message_id))
        SCREENS.labels(done="edited").inc()
        return True

    async def _post(self, screen: Screen) -> None:
        before = self._places.get(screen.guild_id)
        gone = before.gone if before is not None and before.channel_id == screen.channel_id else 0
        message_id = await self._rest.post(screen.channel_id, screen.payload, _nonce(screen, gone))
        log.info(
            "Player message posted",
            guild_id=screen.guild_id,
            channel_id=screen.channel_id,
            message_id=message_id,
            rev=screen.rev,
        )
        place = _Place(screen.channel_id, message_id)
        self._remember(screen.guild_id, place)
        SCREENS.labels(done="posted").inc()
        stored = (keys.screen_place(screen.guild_id), msgspec.json.encode(place).decode(), PLACE_SECONDS)
        posted = ScreenPosted(
            guild_id=screen.guild_id,
            channel_id=screen.channel_id,
            message_id=message_id,
            rev=screen.rev,
            at_ms=self._now_ms(),
        )
        await self._news.tell(screen.guild_id, SideWrites(set=(stored,)), posted)

    async def _refused(self, screen: Screen, error: DiscordRefused) -> None:
        SCREENS.labels(done="given up").inc()
        said = log.bind(guild_id=screen.guild_id, channel_id=screen.channel_id, rev=screen.rev)
        if error.code not in FORBIDDEN_CODES and error.code != UNKNOWN_CHANNEL:
            said.error("Discord refused a player message", reason=str(error))
            return
        reason: Reason = "unknown_channel" if error.code == UNKNOWN_CHANNEL else "forbidden"
        said.warning("The player message cannot be in this channel", reason=str(error))
        missing: tuple[str, ...] = ()
        if reason == "forbidden":
            missing = await self._rights.missing(screen.guild_id, screen.channel_id)
        await self._tell_gone(screen, reason, missing)

    async def _bare(self, screen: Screen, error: EmbedsDropped) -> None:
        """Without embeds it says nothing: what is left of it, buttons alone, goes."""
        SCREENS.labels(done="given up").inc()
        log.warning(
            "The player message cannot be in this channel",
            guild_id=screen.guild_id,
            channel_id=screen.channel_id,
            rev=screen.rev,
            reason=str(error),
        )
        await self._delete(screen.guild_id, screen.channel_id, error.message_id)
        self._remember(screen.guild_id, _Place(screen.channel_id, None, error.message_id))
        await self._tell_gone(screen, "forbidden", ("embed_links",))

    async def _tell_gone(self, screen: Screen, reason: Reason, missing: tuple[str, ...]) -> None:
        gone = ScreenGone(
            guild_id=screen.guild_id,
            channel_id=screen.channel_id,
            at_ms=self._now_ms(),
            reason=reason,
            missing=missing,
        )
        await self._news.tell(screen.guild_id, SideWrites(), gone)

    async def _buried(self, channel_id: int, message_id: int) -> bool:
        """Whether somebody has written below the message."""
        return await self._rest.newest_message(channel_id) != message_id

    async def _delete(self, guild_id: int, channel_id: int, message_id: int) -> None:
        try:
            await self._rest.delete(channel_id, message_id)
        except DiscordRefused as error:
            log.info("A player message need not be deleted", guild_id=guild_id, reason=str(error))

    async def _target(self, screen: Screen) -> int | None:
        """The message to change; one of ours in another channel is deleted first, since a guild has only one."""
        place = await self._known(screen.guild_id)
        if place is None:
            return screen.message_id
        if place.channel_id == screen.channel_id:
            return place.message_id
        if place.message_id is not None:
            await self._delete(screen.guild_id, place.channel_id, place.message_id)
            self._remember(screen.guild_id, _Place(place.channel_id, None, place.message_id))
        return screen.message_id

    async def _known(self, guild_id: int) -> _Place | None:
        """What this process or the former one did last; None if neither did anything lately."""
        return self._places.get(guild_id) or await self._stored(guild_id)

    async def _stored(self, guild_id: int) -> _Place | None:
        """What the former process of this shard posted and the worker may not have heard of."""
        try:
            raw = await self._store.get(keys.screen_place(guild_id))
            return None if raw is None else msgspec.json.decode(text_of(raw), type=_Place)
        except (redis.RedisError, OSError, msgspec.DecodeError) as error:
            log.warning("A player message's place could not be read", guild_id=guild_id, reason=str(error))
            return None

    def _remember(self, guild_id: int, place: _Place) -> None:
        self._places[guild_id] = place
        self._places.move_to_end(guild_id)
        while len(self._places) > REMEMBERED:
            self._places.popitem(last=False)


def _nonce(screen: Screen, gone: int) -> str:
    return nonce_instead_of(gone, screen.channel_id, screen.rev) if gone else screen.nonce


def _inheriting(newer: _Waiting, older: Screen) -> _Waiting:
    """The newer one; what the older one knew of a changed track still holds."""
    if not older.fresh or newer.screen.fresh:
        return newer
    return _Waiting(newer.entry, msgspec.structs.replace(newer.screen, fresh=True))
