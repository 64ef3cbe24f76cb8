"""The first-response rule for all open interactions of a shard, and finding each one again when its outcome comes."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
import redis
import redis.asyncio
import structlog

from bot.conversation import Conversation, Deferral, Record, State
from bot.discord_rest import DiscordAway, DiscordRefused, DiscordRest
from bot.guild_ui import GuildUi
from bot.interaction import Interaction
from bot.patience import Patience
from bot.redis_clients import text_of
from bot.sentences import STILL_WORKING, TRY_AGAIN, Text
from bot.together import Together
from project.spawned import Spawned
from project.wire import keys
from project.wire.messages import Outcome

log = structlog.get_logger(__name__)

DEFER_BY_SECONDS = 2.0
"""An interaction that came late, as after a RESUME, is deferred at this age: at 3 s it would be too late."""
TOKEN_SECONDS = 900
"""Discord takes answers to an interaction for 15 minutes."""
REMEMBERED = 5_000
"""Answered conversations kept in memory for later words; older ones are read back from Redis."""


class Responses:
    """`store` holds `interaction:<id>`; while it is away, memory is enough for this process."""

    def __init__(
        self,
        *,
        shard: int,
        rest: DiscordRest,
        store: redis.asyncio.Redis,
        now_ms: Callable[[], int],
        patience: Patience,
    ) -> None:
        self._patience = patience
        self._shard = shard
        self._rest = rest
        self._store = store
        self._ui = GuildUi(store)
        self._now_ms = now_ms
        self._spawned = Spawned()
        self._known: OrderedDict[str, Conversation] = OrderedDict()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._saving = Together(self._save_many)

    def open(
        self,
        interaction: Interaction,
        defers: Deferral,
        *,
        quiet: bool = False,
        edits: bool = False,
        reads: bool = False,
    ) -> Conversation:
        """Begin to answer; from now on the member is told something in time. For the flags see Record."""
        record = Record(
            id=interaction.id,
            token=interaction.token,
            guild_id=interaction.guild_id or 0,
            defers=defers,
            locale=interaction.locale,
            received_ms=self._now_ms(),
            quiet=quiet,
            edits=edits,
            reads=reads,
        )
        return self._begin(record)

    def knows(self, interaction_id: str) -> bool:
        """Whether this process already answers it."""
        return interaction_id in self._known

    def saved(self, record: Record) -> tuple[str, str, int]:
        """The SET that belongs to an accepted command: key, value, seconds to live."""
        return keys.interaction(record.id), msgspec.json.encode(record).decode(), TOKEN_SECONDS

    async def tell(self, conversation: Conversation, text: Text) -> None:
        """The gateway's own sentence, for the member alone."""
        record = conversation.record
        content = {"content": text.of(await self._locale(record))}
        await self._said(
            conversation, Outcome(command_id=record.id, guild_id=record.guild_id, payload=content, error=True)
        )

    async def show(self, conversation: Conversation, payload: Callable[[str], dict[str, Any]]) -> None:
        """The gateway's own page, by locale, for the member alone."""
        record = conversation.record
        shown = payload(await self._locale(record))
        await self._said(
            conversation, Outcome(command_id=record.id, guild_id=record.guild_id, payload=shown, ephemeral=True)
        )

    async def open_form(self, conversation: Conversation, form: Callable[[str], dict[str, Any]]) -> None:
        """A form, by locale. What the member sends back is another interaction."""
        record = conversation.record
        before = record.state
        try:
            if not await conversation.open_form(form(await self._locale(record))):
                await self.tell(conversation, TRY_AGAIN)
        finally:
            self._note(record, before)

    async def answerable(self, conversation: Conversation) -> bool:
        """Whether the member can be told an outcome. One that is late is deferred first: only Discord knows."""
        if conversation.record.state == "waiting" and conversation.age_seconds() >= DEFER_BY_SECONDS:
            await self._due(conversation, self._defer)
            return conversation.record.state not in ("waiting", "gone")
        return conversation.record.state != "gone"

    async def deliver(self, outcome: Outcome) -> None:
        """Say what a worker answered; raises DiscordAway when it should be tried again."""
        conversation = self._known.get(outcome.command_id) or await self._recalled(outcome.command_id)
        if conversation is None:
            log.warning(
                "An outcome names no interaction that is still open",
                command_id=outcome.command_id,
                guild_id=outcome.guild_id,
            )
            return
        if (await self._ui.of(outcome.guild_id)).ephemeral:
            outcome = msgspec.structs.replace(outcome, ephemeral=True)
        await self._said(conversation, outcome)

    async def resume_open(self) -> None:
        """Go on with what a former process of this shard had not answered at all."""
        for raw_id in await self._store.hkeys(keys.shard_open(self._shard)):
            identity = text_of(raw_id)
            if identity not in self._known and await self._recalled(identity) is None:
                await self._store.hdel(keys.shard_open(self._shard), identity)

    async def save_all_again(self) -> None:
        """Redis was emptied: write what is still needed once more."""
        records = [conversation.record for conversation in self._known.values()]
        await asyncio.gather(*(self._save(record) for record in records if record.state in ("waiting", "deferred")))

    async def defer_all(self) -> None:
        """This process ends, and the next one may come too late for a first response: whoever waits is told to."""
        waiting = [one for one in list(self._known.values()) if one.record.state == "waiting"]
        await asyncio.gather(*(self._due(one, self._defer) for one in waiting))
        await asyncio.gather(*(self._save(one.record) for one in waiting))

    async def close(self) -> None:
        """Stop the clocks; open conversations are left to the next process."""
        for timer in self._timers.values():
            timer.cancel()
        for part in (self._spawned, self._saving, self._ui):
            await part.close()

    def _begin(self, record: Record) -> Conversation:
        conversation = self._known[record.id] = Conversation(record, self._rest, self._now_ms)
        age = (self._now_ms() - record.received_ms) / 1000
        if record.state == "waiting":
            due = min(self._patience.defer - age, DEFER_BY_SECONDS - conversation.age_seconds())
            self._later(conversation, max(0.0, due), self._defer)
        elif record.state == "deferred":
            self._later(conversation, max(0.0, self._patience.honest - age), self._reassure)
        self._forget_old()
        return conversation

    async def _said(self, conversation: Conversation, outcome: Outcome) -> None:
        before = conversation.record.state
        try:
            await conversation.say(outcome)
        finally:
            self._note(conversation.record, before)

    def _later(
        self, conversation: Conversation, seconds: float, action: Callable[[Conversation], Awaitable[None]]
    ) -> None:
        identity = conversation.record.id
        self._timers[identity] = asyncio.get_running_loop().call_later(
            seconds, lambda: self._spawned.start(self._due(conversation, action), f"interaction {identity}")
        )

    async def _due(self, conversation: Conversation, action: Callable[[Conversation], Awaitable[None]]) -> None:
        before = conversation.record.state
        try:
            await action(conversation)
        except (DiscordAway, DiscordRefused) as error:
            log.warning("Discord did not take a sentence", **conversation.record.named, reason=str(error))
        finally:
            self._note(conversation.record, before)

    async def _defer(self, conversation: Conversation) -> None:
        ui = await self._ui.of(conversation.record.guild_id)
        if ui.ephemeral and conversation.record.defers == "public":
            conversation.record.defers = "ephemeral"
        if await conversation.defer():
            self._later(conversation, self._patience.honest, self._reassure)

    async def _reassure(self, conversation: Conversation) -> None:
        log.warning("No outcome for a command", **conversation.record.named, seconds=self._patience.honest)
        if conversation.record.reads:
            await self.tell(conversation, TRY_AGAIN)
            return
        await conversation.reassure({"content": STILL_WORKING.of(await self._locale(conversation.record))})

    async def _locale(self, record: Record) -> str:
        """The guild's language, else the member's."""
        return (await self._ui.of(record.guild_id)).locale or record.locale

    def _note(self, record: Record, before: State) -> None:
        """The state may have changed: stop the clock if nothing is due any more, and let other processes know."""
        if record.state not in ("waiting", "deferred") and (timer := self._timers.pop(record.id, None)):
            timer.cancel()
        if record.state != before:
            self._spawned.start(self._save(record), f"save interaction {record.id}")

    async def _save(self, record: Record) -> None:
        try:
            await self._saving.of(record.id)
        except (redis.RedisError, OSError) as error:
            log.warning("The state of an interaction was not saved", **record.named, reason=str(error))

    async def _save_many(self, identities: Sequence[str]) -> list[None]:
        """As they are now; one that was forgotten meanwhile needs no saving."""
        known = [self._known[identity].record for identity in identities if identity in self._known]
        async with self._store.pipeline(transaction=False) as pipe:
            for record in known:
                key, value, seconds = self.saved(record)
                left = seconds - (self._now_ms() - record.received_ms) // 1000
                pipe.set(key, value, ex=max(1, left))
                if record.state != "waiting":
                    pipe.hdel(keys.shard_open(self._shard), record.id)
            await pipe.execute()
        return [None] * len(identities)

    async def _recalled(self, identity: str) -> Conversation | None:
        """The conversation of a former process, or of one forgotten here; raises redis.RedisError."""
        raw = await self._store.get(keys.interaction(identity))
        if raw is None:
            return None
        return self._known.get(identity) or self._begin(msgspec.json.decode(raw, type=Record))

    def _forget_old(self) -> None:
        while len(self._known) > REMEMBERED:
            identity, conversation = next(iter(self._known.items()))
            if conversation.record.state in ("waiting", "deferred") and not self._too_old(conversation.record):
                self._known.move_to_end(identity)
                return
            del self._known[identity]
            if timer := self._timers.pop(identity, None):
                timer.cancel()

    def _too_old(self, record: Record) -> bool:
        return self._now_ms() - record.received_ms > TOKEN_SECONDS * 1000
