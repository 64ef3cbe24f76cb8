"""The audio worker's composition root: picks the real adapters and is what the slot keeper hands slots to."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any

import structlog

from project import settings
from project.env import refuse_to_start
from project.spawned import ended
from project.task_queues import slot_of
from project.wire.messages import Command, Suggest, inbound_from_dict
from workers.adapters.guild_news import listen
from workers.adapters.guild_terms import PostgresGuildTerms
from workers.adapters.lavalink_loader import LavalinkLoader
from workers.adapters.lavalink_nodes import parse_nodes
from workers.adapters.lavalink_session import LavalinkSession
from workers.adapters.lavalink_voice import VoiceEndpoints
from workers.adapters.node_names import NodeNames
from workers.adapters.out_stream import RedisOutStream
from workers.adapters.player_store import PostgresPlayerStore
from workers.adapters.redis_connection import fail_fast_client
from workers.adapters.session_mirror import RedisSessionMirror
from workers.adapters.suggestions import RedisSuggestions
from workers.adapters.track_finder import NodeTrackFinder
from workers.adapters.voice_mirror import RedisVoiceMirror
from workers.audio.actor_ports import ActorPorts
from workers.audio.fleet import Fleet
from workers.audio.owned_slot import OwnedSlot
from workers.audio.runtime import SlotHandler
from workers.audio.speaker import Speaker
from workers.ports import Away, Fenced, NodeRefused, SessionMirror

log = structlog.get_logger()

KEEP_SECONDS = 5.0
"""How often positions are saved and active guilds are named again (Redis may have been emptied)."""
WATCH_SECONDS = 0.25
"""How often nodes are looked after."""
LISTEN_SECONDS = 1.0
"""How often it is asked whether what plays is heard."""
NAMES_SECONDS = 5.0
"""How often DNS is asked for nodes; a pod that ends plays on for two minutes."""
SWEEP_SECONDS = 60.0
"""How often players that nobody asked for are destroyed."""


class AudioWorker:
    """Implements workers.audio.runtime.SlotHandler."""

    def __init__(
        self,
        *,
        ports: ActorPorts,
        fleet: Fleet,
        names: NodeNames,
        sessions: SessionMirror,
        slots: int,
        owner: str,
        listen: Callable[[Callable[[int | None], None]], Coroutine[Any, Any, None]],
        close: Callable[[], Awaitable[None]],
    ) -> None:
        self._close = close
        self._ports = ports
        self._fleet, self._names, self._sessions = fleet, names, sessions
        self._slots = slots
        self._owner = owner
        self._owned: dict[int, OwnedSlot] = {}
        self._keeping = [
            asyncio.create_task(regularly(KEEP_SECONDS, self._keep)),
            asyncio.create_task(regularly(WATCH_SECONDS, self._watch_nodes)),
            asyncio.create_task(regularly(LISTEN_SECONDS, self._listen)),
            asyncio.create_task(regularly(NAMES_SECONDS, self._look_up_nodes)),
            asyncio.create_task(regularly(SWEEP_SECONDS, self._sweep)),
            asyncio.create_task(listen(self.terms_changed), name="guild news"),
        ]

    async def taken(self, slot: int, epoch: int, trusted: Callable[[], bool] = lambda: True) -> None:
        """See SlotHandler."""
        owned = OwnedSlot(slot, epoch, self._fleet, self._sessions, self._ports, trusted)
        try:
            await owned.take(self._owner)
        except BaseException:
            await owned.release()
            raise
        self._owned[slot] = owned

    async def released(self, slot: int) -> None:
        """See SlotHandler."""
        owned = self._owned.pop(slot, None)
        if owned is not None:
            await self._save_positions(owned)
            await owned.release()

    async def lost(self, slot: int) -> None:
        """See SlotHandler."""
        owned = self._owned.pop(slot, None)
        if owned is not None:
            await owned.lose()

    async def deliver(self, argument: dict[str, Any], task_id: str) -> str:
        """See SlotHandler."""
        message = inbound_from_dict(argument)
        owned = self._owned.get(slot_of(message.guild_id, self._slots))
        if owned is None or owned.lost:
            raise Fenced("the guild's slot is not held here")
        if not isinstance(message, Command):
            return await owned.event(message)
        log.info(
            "Received command",
            command=message.id,
            guild=message.guild_id,
            slot=owned.slot,
            order=message.order.__struct_config__.tag,
            task=task_id,
            trace=message.trace_id,
        )
        if isinstance(message.order, Suggest):
            return await self._suggest(message, message.order)
        return await owned.command(message)

    async def _suggest(self, command: Command, order: Suggest) -> str:
        """Needs no player: nothing changes, and who types must not wait for those who act."""
        choices = await self._ports.suggestions.find(command.id, order.words)
        await self._ports.speaker.suggest(command.guild_id, command.id, choices)
        return f"{len(choices)} suggestions"

    def in_mailbox(self, slot: int) -> set[str]:
        """See SlotHandler."""
        owned = self._owned.get(slot)
        return owned.in_mailbox() if owned else set()

    async def stopped(self) -> None:
        """See SlotHandler."""
        await ended(*self._keeping)
        for slot in list(self._owned):
            await self.released(slot)
        await self._ports.speaker.close()
        await self._close()

    async def redis_emptied(self) -> None:
        """See SlotHandler: the gateway publishes voice events only of guilds that are named as active."""
        for owned in list(self._owned.values()):
            await owned.name_active_guilds()
        await self._ports.terms.redis_emptied()

    def terms_changed(self, guild_id: int | None) -> None:
        """A guild's settings or plan changed; None: anybody's may have, unheard."""
        self._ports.terms.drop(guild_id)
        if guild_id is not None and (owned := self._owned.get(slot_of(guild_id, self._slots))) is not None:
            owned.terms_changed(guild_id)

    async def _keep(self) -> None:
        for owned in list(self._owned.values()):
            await self._save_positions(owned)
            await owned.name_active_guilds()

    async def _watch_nodes(self) -> None:
        for owned in list(self._owned.values()):
            owned.nodes.check()

    async def _listen(self) -> None:
        for owned in list(self._owned.values()):
            for actor in owned.actors:
                actor.listen()

    async def _look_up_nodes(self) -> None:
        self._fleet.know(await self._names.look())

    async def _sweep(self) -> None:
        for owned in list(self._owned.values()):
            for link in owned.nodes.links:
                if link.connected:
                    await link.sweep()

    async def _save_positions(self, owned: OwnedSlot) -> None:
        clocks = [clock for actor in owned.actors if (clock := actor.position()) is not None]
        if not clocks:
            return
        try:
            await self._ports.store.save_positions(owned.slot, owned.epoch, clocks)
        except Away as error:
            log.warning("Positions could not be saved", slot=owned.slot, error=str(error))


async def regularly(seconds: float, job: Callable[[], Awaitable[None]]) -> None:
    """Do it again and again; a failure is logged and ends nothing."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await job()
        except Exception:
            log.exception("A regular job stumbled", job=job.__name__)


async def build() -> SlotHandler:
    """The worker with its real adapters; waits for PostgreSQL, refuses to start on a setting that cannot work."""
    if not settings.DISCORD_BOT_ID:
        refuse_to_start("DISCORD_BOT_ID is not set. It is the bot's user id (for most bots the application id).")
    nodes = parse_nodes(settings.LAVALINK_NODES, settings.LAVALINK_PASSWORD)
    store = PostgresPlayerStore(settings.DATABASE_URL)
    await store.open()
    await check_slot_count(store, settings.SLOTS)
    client = fail_fast_client(settings.REDIS_URL)
    loaders = [LavalinkLoader(node, user_id=settings.DISCORD_BOT_ID) for node in nodes]
    await check_nodes(loaders)
    voice = VoiceEndpoints(sandbox=settings.SANDBOX)
    terms = PostgresGuildTerms(store.rows, client)
    finder = NodeTrackFinder(loaders, search_prefix=settings.SEARCH_PREFIX, sandbox=settings.SANDBOX)
    ports = ActorPorts(
        store=store,
        finder=finder,
        suggestions=RedisSuggestions(client, finder, search_prefix=settings.SEARCH_PREFIX),
        mirror=RedisVoiceMirror(client),
        speaker=Speaker(RedisOutStream(client, shards=settings.DISCORD_SHARDS)),
        clock=lambda: time.time_ns() // 1_000_000,
        terms=terms,
    )

    async def close() -> None:
        await terms.close()
        for loader in loaders:
            await loader.close()
        await client.aclose()
        await store.close()

    names = NodeNames(nodes)
    return AudioWorker(
        close=close,
        listen=partial(listen, client),
        ports=ports,
        fleet=Fleet(
            await names.look(),
            lambda node, on_new_session: LavalinkSession(
                node, user_id=settings.DISCORD_BOT_ID, voice=voice, on_new_session=on_new_session
            ),
        ),
        names=names,
        sessions=RedisSessionMirror(client),
        slots=settings.SLOTS,
        owner=f"{socket.gethostname()}:{os.getpid()}",
    )


async def check_nodes(loaders: Sequence[LavalinkLoader]) -> None:
    """Say of each node whether it can be used; refuse to start where every one refuses us, as waiting cannot help."""
    refusals = []
    for loader in loaders:
        try:
            await loader.check()
        except Away as error:
            log.warning("A Lavalink node is away; it is used when it comes", error=str(error))
        except NodeRefused as error:
            log.error("A Lavalink node cannot be used", error=str(error))
            refusals.append(str(error))
    if len(refusals) == len(loaders):
        refuse_to_start(refusals[0])


async def check_slot_count(store: PostgresPlayerStore, slots: int) -> None:
    """Wait for PostgreSQL and its tables; refuse to start where the environment counts slots differently."""
    while True:
        try:
            written = await store.slot_count()
        except Away as error:
            log.warning("Waiting for PostgreSQL", error=str(error))
            await asyncio.sleep(1)
            continue
        if written != slots:
            refuse_to_start(
                f"The database was made with {written} slots, this process is set to {slots}. "
                "Set SMALL (and SLOTS) as at the first migration; the count never changes."
            )
        return
