"""Answers a member who is still typing: from what is cached at once, from a worker if there is time, always in time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import redis
import redis.asyncio
import structlog
from celery import Celery

from bot.choices import MOST_CHOICES, merged, stored_choice, stored_choices
from bot.discord_rest import CallbackType, DiscordAway, DiscordRefused, DiscordRest, DiscordShutOut
from bot.interaction import Interaction
from bot.metrics import AUTOCOMPLETES, UNANSWERABLE
from bot.redis_clients import text_of
from bot.slash.command import SlashCommand
from bot.slash.options import Refused
from project.spawned import Spawned, ended
from project.wire import keys
from project.wire.library import SuggestPlaylists
from project.wire.messages import Choice, Command, Suggest, Suggestions
from project.wire.publish import COMMAND_PATIENCE_MS, NotPublished, publication
from project.wire.publisher import Publisher, RedisClock

log = structlog.get_logger(__name__)

BUDGET_SECONDS = 0.4
"""From receipt to the answer; what is not known by then is left out."""
ATTEMPT_SECONDS = 1.0
GIVE_UP_SECONDS = 2.5
"""Discord takes choices for 3 s."""
MOST_UNDER_WAY = 200
"""Beyond this a shard answers without looking anything up."""
SHORTEST_SEARCH = 2


@dataclass(eq=False, slots=True)
class _Keystroke:
    """One question; `suggested` is what a worker found, None when a newer one of the member made it pointless."""

    interaction: Interaction
    guild_id: int
    words: str
    answer_by: float
    of_playlists: bool
    """One of the member's playlists is meant, and no track."""
    suggested: asyncio.Future[tuple[Choice, ...] | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    @property
    def question(self) -> Suggest | SuggestPlaylists:
        """What a worker is asked."""
        return SuggestPlaylists() if self.of_playlists else Suggest(words=self.words)

    def shown(self, history: Iterable[Choice], found: Iterable[Choice]) -> list[Choice]:
        """A search found what fits; of playlists all are told, and only those that fit are shown."""
        return merged(self.words, found, ()) if self.of_playlists else merged(self.words, history, found)

    def settle(self, choices: tuple[Choice, ...] | None) -> None:
        """Wait for the worker no longer."""
        if not self.suggested.done():
            self.suggested.set_result(choices)


class Autocomplete:
    """One shard's. Of a member's keystrokes only the newest is waited for; nothing here is journalled or counted."""

    def __init__(
        self,
        *,
        app: Celery,
        slots: int,
        commands: Mapping[str, SlashCommand],
        store: redis.asyncio.Redis,
        clock: RedisClock,
        rest: DiscordRest,
        search_prefix: str,
    ) -> None:
        """`clock` is the one that the shard's publisher keeps; `store` is another connection than the publisher's."""
        self._app, self._slots = app, slots
        self._commands = commands
        self._store = store
        self._publisher = Publisher(store)
        self._clock = clock
        self._rest = rest
        self._prefix = search_prefix
        self._newest: dict[int, _Keystroke] = {}
        self._asked: dict[str, _Keystroke] = {}
        self._spawned = Spawned()
        self._under_way = 0
        self._idle = asyncio.Event()

    def received(self, interaction: Interaction) -> None:
        """Answer one keystroke, beside everything else."""
        self._spawned.start(self._complete(interaction), f"autocomplete {interaction.id}")

    def suggested(self, message: Suggestions) -> None:
        """A worker's answer came; one that nobody waits for any more is in the cache for the next keystroke."""
        if keystroke := self._asked.get(message.command_id):
            keystroke.settle(message.choices)

    async def drained(self, seconds: float) -> None:
        """Wait until whoever types has an answer, at most `seconds`."""
        if self._under_way:
            self._idle.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), seconds)

    async def close(self) -> None:
        """Answer nothing more."""
        await self._spawned.close()
        await self._publisher.close()

    async def _complete(self, interaction: Interaction) -> None:
        self._under_way += 1
        try:
            await self._answer(interaction, await self._choices_or_none(interaction))
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def _choices_or_none(self, interaction: Interaction) -> list[Choice]:
        try:
            keystroke = self._read(interaction)
            if keystroke is None or self._under_way > MOST_UNDER_WAY:
                return []
            return await self._choices(keystroke)
        except Exception:  # an empty list is better than a spinner that never ends
            AUTOCOMPLETES.labels(source="failed").inc()
            log.exception("An autocompletion failed", **interaction.named)
            return []

    def _read(self, interaction: Interaction) -> _Keystroke | None:
        """The question, if it is one that we offered to answer."""
        command = self._commands.get(interaction.name)
        try:
            option = command.at(interaction.path).option(interaction.focused) if command else None
        except Refused:
            return None
        if option is None or not option.autocomplete or interaction.guild_id is None:
            return None
        words = " ".join(str(interaction.options.get(option.name, "")).split())
        answer_by = asyncio.get_running_loop().time() + BUDGET_SECONDS
        of_playlists = option.suggests == "playlists"
        return _Keystroke(interaction, interaction.guild_id, words[: option.high], answer_by, of_playlists)

    async def _choices(self, keystroke: _Keystroke) -> list[Choice]:
        user_id = keystroke.interaction.user_id
        if older := self._newest.get(user_id):
            older.settle(None)
        self._newest[user_id] = keystroke
        try:
            return await self._known_or_asked(keystroke)
        finally:
            if self._newest.get(user_id) is keystroke:
                del self._newest[user_id]

    async def _known_or_asked(self, keystroke: _Keystroke) -> list[Choice]:
        looking = asyncio.create_task(self._look_up(keystroke), name=f"look up {keystroke.interaction.id}")
        try:
            await asyncio.wait({looking}, timeout=_left(keystroke))
            if not looking.done() or looking.exception() is not None:
                AUTOCOMPLETES.labels(source="redis away").inc()
                return []
            history, cached = looking.result()
        finally:
            self._spawned.start(ended(looking), "give up a look-up")
        if cached is not None or not (keystroke.of_playlists or _worth_a_search(keystroke.words)):
            AUTOCOMPLETES.labels(source="cache").inc()
            return keystroke.shown(history, cached or ())
        found = await self._ask(keystroke)
        AUTOCOMPLETES.labels(source="nobody in time" if found is None else "worker").inc()
        return keystroke.shown(history, found or ())

    async def _look_up(self, keystroke: _Keystroke) -> tuple[list[Choice], list[Choice] | None]:
        """The member's history, and what is cached of a search (or of playlists); raises redis.RedisError."""
        if keystroke.of_playlists:
            names = await self._store.get(keys.playlists(keystroke.interaction.user_id))
            return [], None if names is None else stored_choices(names)
        words = keystroke.words.lower()
        async with self._store.pipeline(transaction=False) as pipe:
            pipe.lrange(keys.history(keystroke.interaction.user_id), 0, MOST_CHOICES - 1)
            pipe.get(keys.search(self._prefix, words))
            pipe.hget(keys.guild_ui(keystroke.guild_id), "taste")
            history, cached, taste = await pipe.execute()
        if taste:
            cached = await self._store.get(keys.search(self._prefix, words, text_of(taste)))
        return [stored_choice(one) for one in history], None if cached is None else stored_choices(cached)

    async def _ask(self, keystroke: _Keystroke) -> tuple[Choice, ...] | None:
        """What a worker finds in time; None if nothing comes, or the member has typed on."""
        identity = keystroke.interaction.id
        self._asked[identity] = keystroke
        publishing = asyncio.create_task(self._publish(keystroke), name=f"suggest {identity}")
        try:
            await asyncio.wait({keystroke.suggested}, timeout=_left(keystroke))
            return keystroke.suggested.result() if keystroke.suggested.done() else None
        finally:
            del self._asked[identity]
            self._spawned.start(ended(publishing), "give up a question")

    async def _publish(self, keystroke: _Keystroke) -> None:
        interaction, deadline = keystroke.interaction, self._clock.now_ms() + COMMAND_PATIENCE_MS
        command = Command(
            id=interaction.id,
            guild_id=keystroke.guild_id,
            order=keystroke.question,
            actor=interaction.actor(None),
            text_channel_id=interaction.channel_id,
            guild_locale=interaction.guild_locale,
            issued_ms=interaction.created_ms,
            deadline_ms=deadline,
            trace_id=interaction.id,
        )
        try:
            await self._publisher.publish(publication(self._app, command, slots=self._slots, deadline_ms=deadline))
        except NotPublished as error:
            log.info("No worker is asked", **interaction.named, reason=str(error))
            keystroke.settle(None)

    async def _answer(self, interaction: Interaction, choices: Iterable[Choice]) -> None:
        data = {"choices": [{"name": choice.name, "value": choice.value} for choice in choices]}
        loop = asyncio.get_running_loop()
        give_up = loop.time() + GIVE_UP_SECONDS - BUDGET_SECONDS
        said = log.bind(**interaction.named)
        while True:
            try:
                await self._rest.respond(
                    interaction.id, interaction.token, CallbackType.CHOICES, data, seconds=ATTEMPT_SECONDS
                )
                return
            except DiscordRefused as error:
                UNANSWERABLE.labels(code=str(error.code)).inc()
                said.warning("Discord takes no choices for this", reason=str(error))
                return
            except DiscordAway as error:
                if loop.time() > give_up or isinstance(error, DiscordShutOut):
                    UNANSWERABLE.labels(code="0").inc()
                    said.warning("Choices could not be told", reason=str(error))
                    return
            await asyncio.sleep(0.05)


def _worth_a_search(words: str) -> bool:
    """An address is no search, and a single letter finds anything."""
    return len(words) >= SHORTEST_SEARCH and "://" not in words


def _left(keystroke: _Keystroke) -> float:
    return max(0.0, keystroke.answer_by - asyncio.get_running_loop().time())
