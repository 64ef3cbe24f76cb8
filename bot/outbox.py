"""Reads a shard's out-stream and does at Discord what workers want: answers, announcements, op 4."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Hashable
from functools import partial
from typing import Any

import redis
import redis.asyncio
import structlog

from bot.announcements import Announcements
from bot.autocomplete import Autocomplete
from bot.discord_rest import DiscordAway, DiscordRefused
from bot.guild_lanes import GuildLanes
from bot.kept_commands import KeptCommands
from bot.metrics import OUT_SECONDS
from bot.patience import Patience
from bot.redis_clients import BLOCK_MS
from bot.responses import TOKEN_SECONDS, Responses
from bot.screens import Screens
from bot.voice_mover import VoiceMover
from project.wire import keys
from project.wire.messages import (
    Announcement,
    MalformedMessage,
    MoveVoice,
    Outbound,
    Outcome,
    RemoveScreen,
    Screen,
    Suggestions,
    outbound_from_json,
)

log = structlog.get_logger(__name__)

CONSUMER = "gateway"
"""One name for every process: the claim on the shard says who reads, and what the former one left is ours at once."""
BATCH = 100
MOST_UNDER_WAY = 1_000
"""Beyond this nothing more is read until something is done."""
MOST_OUTCOMES_WAITING = 5_000
"""Beyond this, and while Discord is away, outcomes are given up as soon as anything else."""


class Outbox:
    """An entry is acknowledged after its effect; in order per guild and kind, so no answer waits behind a screen."""

    def __init__(
        self,
        *,
        shard: int,
        reader: redis.asyncio.Redis,
        store: redis.asyncio.Redis,
        announcements: Announcements,
        responses: Responses,
        mover: VoiceMover,
        kept: KeptCommands,
        autocomplete: Autocomplete,
        screens: Screens,
        lanes: GuildLanes,
        patience: Patience,
    ) -> None:
        self._stream = keys.shard_out(shard)
        self._reader, self._store = reader, store
        self._announcements = announcements
        self._responses = responses
        self._mover = mover
        self._kept = kept
        self._autocomplete = autocomplete
        self._screens = screens
        self._lanes = lanes
        self._patience = patience
        self._outcomes_waiting = 0
        self._room = asyncio.Semaphore(MOST_UNDER_WAY)
        self._under_way: dict[bytes, bool] = {}
        """Whether it takes room."""
        self._to_acknowledge: set[bytes] = set()
        self._acknowledging = asyncio.Lock()

    async def run(self) -> None:
        """Read until cancelled; first what a former process had read but not done."""
        from_start = True
        while True:
            try:
                if from_start:
                    await self._make_group()
                    await self._acknowledge()
                    await self._read("0")
                    from_start = False
                await self._read(">")
            except (redis.RedisError, OSError) as error:
                log.warning("The out-stream cannot be read", stream=self._stream, reason=str(error))
                from_start = True
                await asyncio.sleep(0.3)

    async def drained(self, seconds: float) -> bool:
        """Wait for what is under way; whether it is done."""
        return await self._lanes.drained(seconds)

    async def close(self) -> None:
        """Leave the rest pending for the next process."""
        await self._lanes.close()

    async def _make_group(self) -> None:
        try:
            await self._store.xgroup_create(self._stream, keys.OUT_GROUP, id="0", mkstream=True)
        except redis.ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def _read(self, start: str) -> None:
        """Take entries; `start` "0" is what is pending, all of it, ">" what is new, waiting for it a while."""
        while True:
            block = None if start == "0" else BLOCK_MS
            answer: Any = await self._reader.xreadgroup(
                keys.OUT_GROUP, CONSUMER, {self._stream: start}, count=BATCH, block=block
            )
            entries = [entry for _, batch in answer or () for entry in batch]
            for identity, fields in entries:
                await self._take(identity, fields)
                start = start if start == ">" else identity.decode()
            if start == ">" or not entries:
                return

    async def _take(self, identity: bytes, fields: dict[bytes, bytes] | None) -> None:
        if identity in self._under_way or identity in self._to_acknowledge:
            return
        try:
            message = outbound_from_json((fields or {})[keys.OUT_FIELD.encode()])
        except (MalformedMessage, KeyError) as error:
            log.error("An out-stream entry could not be read", entry=identity.decode(), reason=str(error))
            self._under_way[identity] = False
            self._lanes.submit("malformed", lambda: self._done(identity))
            return
        if isinstance(message, Screen):
            self._take_screen(identity, message)
            return
        await self._room.acquire()
        self._under_way[identity] = True
        self._lanes.submit(lane_of(message), lambda: self._carry_out(identity, message))

    def _take_screen(self, identity: bytes, screen: Screen) -> None:
        """It takes no room, so that no answer waits for it: a guild has one that waits and one that is being shown."""
        self._under_way[identity] = False
        for replaced in self._screens.offer(identity, screen):
            self._lanes.submit("replaced screens", partial(self._done, replaced))
        self._lanes.submit(lane_of(screen), lambda: self._carry_out(identity, screen))

    async def _carry_out(self, identity: bytes, message: Outbound) -> None:
        try:
            await self._with_patience(identity, message)
        except asyncio.CancelledError:
            self._release(identity)  # given up at a hand-over: it stays pending, the next process reads it first
            raise
        except BaseException:
            await self._done(identity)  # our own mistake, which the lane logs: again it would go no better
            raise
        if isinstance(message, Screen):
            self._screens.give_up(identity, message.guild_id)  # where even the last attempt failed, it waits no more
        OUT_SECONDS.labels(type(message).__name__).observe(_age_seconds(identity))
        await self._done(identity)

    async def _effect(self, identity: bytes, message: Outbound) -> None:
        if isinstance(message, Screen):
            await self._screens.show(identity, message.guild_id)
        elif isinstance(message, RemoveScreen):
            await self._screens.remove(message)
        elif isinstance(message, Outcome):
            if not message.progress:
                self._kept.forget(message.command_id)
            await self._responses.deliver(message)
        elif isinstance(message, MoveVoice):
            await self._mover.move(message)
        elif isinstance(message, Suggestions):
            self._autocomplete.suggested(message)
        elif isinstance(message, Announcement):
            await self._announcements.say(message)

    async def _with_patience(self, identity: bytes, message: Outbound) -> None:
        """Try while another attempt can help; then the entry is given up with a line in the log."""
        said = log.bind(
            command_id=getattr(message, "command_id", None), guild_id=message.guild_id, kind=type(message).__name__
        )
        for pause in (*self._patience.retries, None):
            try:
                await self._effect(identity, message)
                return
            except DiscordRefused as error:
                said.warning("Discord refused what a worker wanted", reason=str(error))
                return
            except (DiscordAway, redis.RedisError) as error:
                reason = str(error)
            if pause is not None:
                await asyncio.sleep(pause)
        if isinstance(message, Outcome) and await self._waited_out(identity, message):
            return
        said.error("Given up after many attempts", reason=reason)

    async def _waited_out(self, identity: bytes, outcome: Outcome) -> bool:
        """Try an outcome as long as it can be shown at all; meanwhile it takes no room. Whether it was shown."""
        if self._outcomes_waiting >= MOST_OUTCOMES_WAITING:
            return False
        self._outcomes_waiting += 1
        self._make_room(identity)
        try:
            while _age_seconds(identity) < TOKEN_SECONDS:
                await asyncio.sleep(self._patience.outcome)
                try:
                    await self._effect(identity, outcome)
                except (DiscordAway, redis.RedisError):
                    continue
                except DiscordRefused as error:
                    log.warning("Discord refused an outcome", command_id=outcome.command_id, reason=str(error))
                return True
        finally:
            self._outcomes_waiting -= 1
        return False

    async def _done(self, identity: bytes) -> None:
        if identity not in self._under_way:
            return  # a screen that was replaced was done then
        self._release(identity)
        self._to_acknowledge.add(identity)
        try:
            await self._acknowledge()
        except (redis.RedisError, OSError) as error:
            log.warning("Acknowledging must wait for Redis", stream=self._stream, reason=str(error))

    def _make_room(self, identity: bytes) -> None:
        if self._under_way[identity]:
            self._under_way[identity] = False
            self._room.release()

    def _release(self, identity: bytes) -> None:
        if self._under_way.pop(identity, False):
            self._room.release()

    async def _acknowledge(self) -> None:
        async with self._acknowledging:  # whoever waited here finds that it was done together with others
            if done := list(self._to_acknowledge):
                await self._store.xack(self._stream, keys.OUT_GROUP, *done)
                self._to_acknowledge.difference_update(done)


def lane_of(message: Outbound) -> Hashable:
    """What must happen in order: words on one command, and things of one guild and kind. What removes a player message
    is of a screen's kind.
    """
    if isinstance(message, Outcome):
        return *answer_lanes(message.guild_id), message.command_id
    kind = Screen if isinstance(message, RemoveScreen) else type(message)
    return message.guild_id, kind.__name__


def answer_lanes(guild_id: int) -> tuple[int, str]:
    """How the lanes of a guild's outcomes begin."""
    return guild_id, Outcome.__name__


def _age_seconds(identity: bytes) -> float:
    """Since an entry was written, on Redis's clock, which NTP keeps like ours."""
    return max(0.0, time.time() - int(identity.partition(b"-")[0]) / 1000)
