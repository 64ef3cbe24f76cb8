"""All that one claimed shard needs, built, started and handed over together."""

from __future__ import annotations

import asyncio
import contextvars
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from typing import Any

import discord
import structlog

from bot.announcements import Announcements
from bot.autocomplete import Autocomplete
from bot.channel_rights import ChannelRights
from bot.forward import Forwarder
from bot.gateway_session import GatewaySession
from bot.gateway_socket import GatewaySocket
from bot.guild_lanes import GuildLanes
from bot.guild_roll import GuildRoll
from bot.guilds import Guilds
from bot.kept_commands import KeptCommands
from bot.metrics import SESSIONS
from bot.outbox import Outbox, answer_lanes
from bot.pace import Pace
from bot.redis_clients import patient, quick
from bot.responses import Responses
from bot.screens import Screens
from bot.session_keeper import SessionKeeper
from bot.surroundings import Surroundings
from bot.voice_events import VoiceEvents
from bot.voice_mirror import VoiceMirror
from bot.voice_mover import VoiceMover
from bot.voice_news import VoiceNews
from project.spawned import Spawned, ended
from project.task_queues import shard_of
from project.wire.publisher import Publisher

log = structlog.get_logger(__name__)

OWED_SECONDS = 0.5
ANSWERS_SECONDS = 1.0
"""How long a player message waits for the answers to its guild's members: they go first."""
LAST_SECONDS = 0.6
"""At a hand-over: how long to wait for what is under way."""
LAST_SAVE_MS = 300
"""And how long to try to save the session, then."""


class Shard:
    """One shard from claim to hand-over."""

    def __init__(self, number: int, around: Surroundings) -> None:
        self.number = number
        self._around = around
        self._line, self._reader, self._store = (
            quick(around.redis_url),
            patient(around.redis_url),
            quick(around.redis_url),
        )
        self._context = contextvars.copy_context()
        self._tasks: list[asyncio.Task[None]] = []
        self._again = Spawned()
        self._publisher = Publisher(self._line)
        self._session = GatewaySession(number)
        self._lanes, self._guilds, self._kept = GuildLanes(), Guilds(), KeptCommands()
        self._roll = GuildRoll(around.app, self._store, shard=number, shards=around.shards, now_ms=_wall_ms)
        self._socket = GatewaySocket(around.client, number, self._session, self._parsers())
        self._keeper = SessionKeeper(
            shard=number,
            session=self._session,
            sequence=lambda: self._socket.sequence,
            publisher=self._publisher,
            store=self._store,
        )
        self._mirrored = VoiceMirror(self._store, lambda guild_id: shard_of(guild_id, around.shards) == number)
        self._news = VoiceNews(around.app, self._publisher, self._mirrored, around.slots)
        self._mover = VoiceMover(self._socket.send_voice_state, self._news, _wall_ms, around.patience)
        self._responses = Responses(
            shard=number,
            rest=around.rest,
            store=self._store,
            now_ms=around.clock.now_ms,
            patience=around.patience,
        )
        self._voice = VoiceEvents(_own_id(around.client), self._news, self._mover, _wall_ms)
        self._autocomplete = Autocomplete(
            app=around.app,
            slots=around.slots,
            commands=around.commands,
            store=self._store,
            clock=self._publisher.clock,
            rest=around.rest,
            search_prefix=around.search_prefix,
        )
        self._rights = ChannelRights(around.rest)
        self._forwarder = self._forwarding()
        self._outbox = self._speaking()

    @property
    def lost(self) -> bool:
        """Whether its session has been out of reach for so long that somebody should look."""
        return self._socket.away_seconds() > self._around.patience.away

    @property
    def open(self) -> bool:
        """Whether its gateway session is open or resumed."""
        return self._socket.ready

    @property
    def latency(self) -> float:
        """Its socket's, in seconds; 0 before the first heartbeat."""
        return self._socket.latency or 0.0

    def start(self) -> None:
        """Go on where the former process stopped, then serve."""
        jobs = {"socket": self._connect(), "outbox": self._outbox.run(), "save": self._keeper.save_now_and_then()}
        jobs |= {"owed": self._say_owed(), "voice map": self._news.load()}
        self._context.run(self._begin, jobs)

    def _begin(self, jobs: Mapping[str, Coroutine[Any, Any, None]]) -> None:
        """In a context of their own, which all that they start inherits: every line of the log names the shard."""
        structlog.contextvars.bind_contextvars(shard=self.number)
        self._tasks = [asyncio.create_task(job, name=f"shard {self.number} {name}") for name, job in jobs.items()]

    def check(self) -> None:
        """Raise what a job of the shard failed with, e.g. GatewayRefused."""
        for task in self._tasks:
            if task.done():
                task.result()

    def redis_was_emptied(self) -> None:
        """Write down again all that only we still know; until that is done, or the shard is handed over."""
        self._context.run(self._again.start, self._write_again(), f"write shard {self.number} again")

    async def hand_over(self, *, owned: bool) -> None:
        """Take nothing more, finish what was received, save if still ours, leave the session to the next process."""
        await ended(*self._tasks)
        await self._again.close()
        busy = (self._lanes, self._outbox, self._autocomplete)
        await asyncio.gather(*(part.drained(LAST_SECONDS) for part in busy))
        await self._lanes.close()  # a job that still waits for Redis holds the publisher; its event will be replayed
        if owned:
            try:
                await asyncio.wait_for(self._responses.defer_all(), LAST_SECONDS)
            except TimeoutError:
                log.warning("Not everybody who waits for an answer was told to", shard=self.number)
            await self._keeper.save(LAST_SAVE_MS)
        await self._socket.close()
        parts = (
            self._outbox,
            self._forwarder,
            self._autocomplete,
            self._mover,
            self._mirrored,
            self._responses,
            self._roll,
        )
        for part in (*parts, self._publisher):
            await part.close()
        for client in (self._line, self._reader, self._store):
            await client.aclose()

    async def _write_again(self) -> None:
        log.warning("Redis was emptied or hung: writing voice map, interactions and commands again", shard=self.number)
        await self._news.tell_all_again(_wall_ms())
        await self._responses.save_all_again()
        await self._keeper.save()
        await self._forwarder.publish_again()

    def _forwarding(self) -> Forwarder:
        return Forwarder(
            app=self._around.app,
            shard=self.number,
            slots=self._around.slots,
            commands=self._around.commands,
            publisher=self._publisher,
            responses=self._responses,
            news=self._news,
            guilds=self._guilds,
            kept=self._kept,
            lanes=self._lanes,
            session=self._session,
            rest=self._around.rest,
            clock=self._around.clock,
            autocomplete=self._autocomplete,
            cdn=self._around.cdn,
            rights=self._rights,
            latency=lambda: self._socket.latency,
        )

    def _speaking(self) -> Outbox:
        lanes = GuildLanes()
        screens = Screens(
            rest=self._around.rest,
            rights=self._rights,
            news=self._news,
            store=self._store,
            now_ms=_wall_ms,
            answers_said=lambda guild_id: lanes.all_idle(answer_lanes(guild_id), ANSWERS_SECONDS),
            pace=Pace(self._around.pace),
        )
        return Outbox(
            shard=self.number,
            reader=self._reader,
            store=self._store,
            announcements=Announcements(rest=self._around.rest, rights=self._rights, news=self._news, now_ms=_wall_ms),
            responses=self._responses,
            mover=self._mover,
            kept=self._kept,
            autocomplete=self._autocomplete,
            screens=screens,
            lanes=lanes,
            patience=self._around.patience,
        )

    async def _connect(self) -> None:
        await self._keeper.restore(also=self._responses.resume_open)
        await self._socket.run()

    def _parsers(self) -> dict[str, Callable[[dict[str, Any]], None]]:
        voice = {
            "VOICE_STATE_UPDATE": "voice_state_update",
            "VOICE_SERVER_UPDATE": "voice_server_update",
            "GUILD_CREATE": "guild_create",
            "GUILD_DELETE": "guild_delete",
            "CHANNEL_DELETE": "channel_delete",
        }
        return {
            "READY": self._on_ready,
            "RESUMED": self._on_resumed,
            "INTERACTION_CREATE": lambda data: self._forwarder.received(data, self._socket.sequence or 0),
            **{event: partial(self._in_turn, method) for event, method in voice.items()},
        }

    def _in_turn(self, method: str, data: dict[str, Any]) -> None:
        """Handle a guild's event after those that came before it."""
        guild_id = int(data.get("guild_id") or data.get("id") or 0)
        if method in ("guild_create", "guild_delete") and not data.get("unavailable"):
            # At once: a command may already be in the same breath, and asks this before its turn.
            if method == "guild_delete":
                self._guilds.left(guild_id)
                self._roll.left(guild_id)
            elif self._guilds.joined(guild_id):
                self._roll.joined(guild_id)
        ticket = self._session.begin(self._socket.sequence or 0)
        handle: Callable[[dict[str, Any]], Awaitable[None]] = getattr(self._voice, method)

        async def job() -> None:
            with self._session.handling(ticket):
                await handle(data)

        self._lanes.submit(guild_id, job)

    def _on_ready(self, data: dict[str, Any]) -> None:
        log.info("The shard's gateway session is open", shard=self.number, guilds=len(data["guilds"]))
        SESSIONS.labels("identified").inc()
        guild_ids = [int(guild["id"]) for guild in data["guilds"]]
        self._guilds.listed(guild_ids)
        self._roll.listed(guild_ids)
        self._socket.opened(data)
        self._mover.send_unconfirmed_again()

    def _on_resumed(self, _data: dict[str, Any]) -> None:
        log.info("The shard's gateway session goes on", shard=self.number)
        SESSIONS.labels("resumed").inc()
        self._socket.resumed()
        self._mover.send_unconfirmed_again()

    async def _say_owed(self) -> None:
        while True:
            await asyncio.sleep(OWED_SECONDS)
            await self._news.say_owed()


def _wall_ms() -> int:
    """The time of an event as audio workers take theirs: both clocks are kept by NTP."""
    return time.time_ns() // 1_000_000


def _own_id(client: discord.Client) -> int:
    if client.user is None:
        raise RuntimeError("a shard was claimed before the login")
    return client.user.id
