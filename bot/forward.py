"""From INTERACTION_CREATE to the guild's queue: understand, refuse what cannot be, publish the rest in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from celery import Celery

from bot import sentences
from bot.autocomplete import Autocomplete
from bot.cdn import Cdn
from bot.channel_rights import ChannelRights
from bot.conversation import Conversation
from bot.discord_clock import DiscordClock
from bot.discord_rest import DiscordAway, DiscordRefused, DiscordRest
from bot.gateway_session import GatewaySession
from bot.guild_lanes import GuildLanes
from bot.guilds import Guilds
from bot.interaction import Interaction, InteractionType, MalformedInteraction, interaction_of
from bot.kept_commands import KeptCommands
from bot.metrics import EXPIRED, FIRST_RESPONSES_MISSED, INTERACTIONS
from bot.metrics import REFUSED as REFUSED_COUNT
from bot.preparing import Preparing
from bot.rate import GuildRate
from bot.responses import Responses
from bot.slash.command import SlashCommand
from bot.slash.options import Refused
from bot.understanding import Opened, Page, Upload, understood
from bot.voice_channel import voice_channel
from bot.voice_news import VoiceNews
from project import tracing
from project.spawned import Spawned
from project.wire import keys
from project.wire.messages import READS, Command, Order, Ping, to_json
from project.wire.publish import COMMAND_PATIENCE_MS, NotPublished, SideWrites, is_read, publication
from project.wire.publisher import Publisher

log = structlog.get_logger(__name__)

READABLE_MS = 3_000
"""An interaction that is older when it can first be read cannot be acknowledged any more: it is never run."""
OWED_SECONDS = 0.2
TAKEN = (InteractionType.COMMAND, InteractionType.COMPONENT, InteractionType.MODAL)


class Forwarder:
    """One shard's way in. Commands of a guild are published in the order in which they were received."""

    def __init__(
        self,
        *,
        app: Celery,
        shard: int,
        slots: int,
        commands: Mapping[str, SlashCommand],
        publisher: Publisher,
        responses: Responses,
        news: VoiceNews,
        guilds: Guilds,
        kept: KeptCommands,
        lanes: GuildLanes,
        session: GatewaySession,
        rest: DiscordRest,
        clock: DiscordClock,
        autocomplete: Autocomplete,
        cdn: Cdn,
        rights: ChannelRights,
        latency: Callable[[], float | None],
    ) -> None:
        """`latency` is that of the shard's socket to Discord, in seconds, if known."""
        self._app, self._shard, self._slots = app, shard, slots
        self._commands, self._autocomplete = commands, autocomplete
        self._publisher, self._responses, self._kept = publisher, responses, kept
        self._news, self._guilds, self._lanes = news, guilds, lanes
        self._session, self._rest, self._clock = session, rest, clock
        self._cdn, self._preparing = cdn, Preparing(cdn, rights)
        self._latency = latency
        self._rate = GuildRate()
        self._spawned = Spawned()
        self._in_line: set[str] = set()
        """Commands whose turn in their guild has not come."""
        self._again = asyncio.Lock()

    def received(self, data: Mapping[str, Any], sequence: int) -> None:
        """Take one event; what follows happens in the guild's turn."""
        try:
            interaction = interaction_of(data)
        except MalformedInteraction as error:
            log.error("An interaction could not be read", interaction_id=data.get("id"), reason=str(error))
            return
        age_ms = self._clock.now_ms() - interaction.created_ms
        INTERACTIONS.labels(kind=interaction.type.name.lower()).inc()
        log.info("INTERACTION_CREATE", **interaction.named, name=interaction.line, age_ms=age_ms)
        if age_ms > READABLE_MS:
            FIRST_RESPONSES_MISSED.inc()
            _expired(interaction)
        elif self._responses.knows(interaction.id):
            log.info("The interaction came before", **interaction.named)
        elif interaction.type in TAKEN:
            self._take(interaction, sequence)
        elif interaction.type is InteractionType.AUTOCOMPLETE:
            self._autocomplete.received(interaction)
        else:
            log.warning("Nothing here asks for such an interaction", **interaction.named, type=interaction.type.name)

    async def publish_again(self) -> None:
        """Redis was emptied: publish what has no outcome yet, in order. Done ones are answered from the record."""
        async with self._again:  # where it is emptied again meanwhile, all are published once more
            for command in self._kept.all():
                await self._publish_owed(command)

    async def _publish_owed(self, command: Command) -> None:
        """Until Redis has it, or its outcome came: it was accepted, the member waits."""
        while self._kept.holds(command.id):
            deadline = self._publisher.clock.now_ms() + COMMAND_PATIENCE_MS
            try:
                await self._publisher.publish(publication(self._app, command, slots=self._slots, deadline_ms=deadline))
                return
            except NotPublished as error:
                log.warning("A kept command is still to be published again", **_named(command), reason=str(error))
            await asyncio.sleep(OWED_SECONDS)

    async def close(self) -> None:
        """Stop telling refusals; what is still in line is left to the next process."""
        self._in_line.clear()
        await self._spawned.close()

    def _take(self, interaction: Interaction, sequence: int) -> None:
        try:
            guild_id = self._admitted(interaction)
            meant = understood(interaction, guild_id, self._commands, self._cdn)
        except Refused as refusal:
            REFUSED_COUNT.labels(reason="not understood").inc()
            log.info("A command was refused", **interaction.named, reason=refusal.text.en)
            conversation = self._responses.open(interaction, "ephemeral")
            self._spawned.start(self._refuse(conversation, refusal.text), f"refuse {interaction.id}")
            return
        wish = meant.wish
        conversation = self._responses.open(
            interaction, meant.defers, quiet=meant.quiet, edits=meant.edits, reads=isinstance(wish, READS)
        )
        if isinstance(wish, Page | Opened):
            does = self._responses.show if isinstance(wish, Page) else self._responses.open_form
            self._spawned.start(self._told(conversation, does(conversation, wish.made)), f"show {interaction.id}")
            return
        ticket = self._session.begin(sequence)
        preparing = self._preparing.of(guild_id, wish)
        if preparing is not None:
            prepared = self._prepare(interaction, guild_id, preparing, conversation, ticket)
            self._spawned.start(prepared, f"prepare {interaction.id}")
        elif not isinstance(wish, Upload):
            self._line_up(interaction, guild_id, wish, conversation, ticket)

    async def _prepare(
        self,
        interaction: Interaction,
        guild_id: int,
        preparing: Awaitable[Order],
        conversation: Conversation,
        ticket: int,
    ) -> None:
        """Ask Discord first: it takes long, and nothing else of the guild waits for it."""
        try:
            order = await preparing
        except Refused as refusal:
            self._session.done(ticket)
            REFUSED_COUNT.labels(reason="not understood").inc()
            log.info("A command was refused", **interaction.named, reason=refusal.text.en)
            await self._refuse(conversation, refusal.text)
            return
        self._line_up(interaction, guild_id, order, conversation, ticket)

    def _line_up(
        self, interaction: Interaction, guild_id: int, order: Order, conversation: Conversation, ticket: int
    ) -> None:
        """Publish it when the guild's turn comes."""
        order = self._measured(order) if isinstance(order, Ping) else order
        deadline = self._publisher.clock.now_ms() + COMMAND_PATIENCE_MS
        self._in_line.add(interaction.id)
        patience = asyncio.get_running_loop().call_later(
            COMMAND_PATIENCE_MS / 1000, self._give_up, conversation, ticket
        )

        async def publish() -> None:
            with self._session.handling(ticket):
                patience.cancel()
                if interaction.id not in self._in_line:
                    return  # the member was told to try again
                self._in_line.discard(interaction.id)
                if not await self._responses.answerable(conversation):
                    _expired(interaction)
                    return
                await self._publish(interaction, guild_id, order, conversation, deadline, ticket)

        self._lanes.submit(guild_id, publish)

    def _give_up(self, conversation: Conversation, ticket: int) -> None:
        """Its turn has not come in time: an earlier event of its guild waits for Redis. It is not run any more."""
        record = conversation.record
        if record.id in self._in_line:
            self._in_line.discard(record.id)
            self._session.done(ticket)
            REFUSED_COUNT.labels(reason="not published").inc()
            log.warning("A command was not published", **record.named, reason="the guild's earlier events wait")
            self._spawned.start(self._refuse(conversation, sentences.TRY_AGAIN), f"refuse {record.id}")

    def _admitted(self, interaction: Interaction) -> int:
        """The guild, if commands are taken from there at all; raises Refused."""
        if interaction.guild_id is None:
            raise Refused(sentences.ONLY_IN_SERVERS)
        if self._guilds.gone(interaction.guild_id):
            raise Refused(sentences.NOT_IN_SERVER)
        if not self._rate.allow(interaction.guild_id):
            raise Refused(sentences.SLOW_DOWN)
        return interaction.guild_id

    def _measured(self, order: Ping) -> Ping:
        """With what only the gateway knows."""
        seconds = self._latency()
        return order if seconds is None else Ping(gateway_ms=round(seconds * 1000))

    async def _publish(
        self,
        interaction: Interaction,
        guild_id: int,
        order: Order,
        conversation: Conversation,
        deadline_ms: int,
        ticket: int,
    ) -> None:
        command = Command(
            id=interaction.id,
            guild_id=guild_id,
            order=order,
            actor=interaction.actor(await voice_channel(self._news, self._rest, interaction, guild_id)),
            text_channel_id=interaction.channel_id,
            guild_locale=interaction.guild_locale,
            issued_ms=interaction.created_ms,
            deadline_ms=deadline_ms,
            trace_id=interaction.id,
        )
        run = publication(
            self._app,
            command,
            slots=self._slots,
            deadline_ms=deadline_ms,
            side=self._side_writes(command, conversation, ticket),
        )
        self._kept.keep(command)
        try:
            with tracing.part(command.id, "publish", order=str(order.__struct_config__.tag)):
                await self._publisher.publish(run)
            self._kept.accepted(command.id)
        except NotPublished as error:
            if not is_read(command) and not self._kept.holds(command.id):
                log.info("An outcome came although publishing failed", **_named(command))
                return
            self._kept.forget(command.id)
            REFUSED_COUNT.labels(reason="not published").inc()
            log.warning("A command was not published", **_named(command), reason=str(error))
            self._spawned.start(self._refuse(conversation, sentences.TRY_AGAIN), f"refuse {command.id}")

    def _side_writes(self, command: Command, conversation: Conversation, ticket: int) -> SideWrites:
        """What must be known together with the command; the taps are for operators and hold no token."""
        tap = to_json(command)
        return SideWrites(
            hset=(
                *self._session.writes(ticket),
                (keys.shard_open(self._shard), command.id, str(conversation.record.received_ms)),
            ),
            set=(self._responses.saved(conversation.record),),
            publish=((keys.COMMANDS_TAP, tap), (keys.TO_AUDIO_TAP, tap)),
        )

    async def _refuse(self, conversation: Conversation, text: sentences.Text) -> None:
        await self._told(conversation, self._responses.tell(conversation, text))

    async def _told(self, conversation: Conversation, words: Awaitable[None]) -> None:
        try:
            await words
        except (DiscordAway, DiscordRefused) as error:
            log.warning(
                "What the gateway itself says could not be told", **conversation.record.named, reason=str(error)
            )


def _expired(interaction: Interaction) -> None:
    EXPIRED.inc()
    log.warning("expired: the interaction came too late to be run", **interaction.named)


def _named(command: Command) -> dict[str, Any]:
    return {"command_id": command.id, "guild_id": command.guild_id}
