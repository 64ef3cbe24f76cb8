"""The audio worker's composition root: picks the real adapters and refuses settings that cannot work."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Sequence
from functools import partial

import structlog

from project import settings
from project.env import refuse_to_start
from workers.adapters.fleet_board import RedisFleetBoard
from workers.adapters.guild_events import RedisGuildEvents
from workers.adapters.guild_news import listen
from workers.adapters.guild_terms import PostgresGuildTerms
from workers.adapters.lavalink_loader import LavalinkLoader
from workers.adapters.lavalink_nodes import parse_nodes
from workers.adapters.lavalink_session import LavalinkSession
from workers.adapters.lavalink_voice import VoiceEndpoints
from workers.adapters.lyrics import NodeLyrics
from workers.adapters.node_names import NodeNames
from workers.adapters.out_stream import RedisOutStream
from workers.adapters.player_store import PostgresPlayerStore
from workers.adapters.redis_connection import fail_fast_client
from workers.adapters.saved_tracks import PostgresSavedTracks
from workers.adapters.session_mirror import RedisSessionMirror
from workers.adapters.source_rests import SourceRests
from workers.adapters.staff_wishes import PostgresStaffBoard
from workers.adapters.suggestions import RedisSuggestions
from workers.adapters.track_finder import NodeTrackFinder
from workers.adapters.trouble_book import PostgresTroubleBook
from workers.adapters.voice_mirror import RedisVoiceMirror
from workers.audio.actor_ports import ActorPorts
from workers.audio.audio_worker import AudioWorker
from workers.audio.change_teller import ChangeTeller
from workers.audio.fleet import Fleet
from workers.audio.runtime import SlotHandler
from workers.audio.speaker import Speaker
from workers.audio.troubles import TroubleNotes
from workers.ports import Away, NodeAddress, NodeRefused, PortFailed
from workers.staff_ports import StaffBoard

log = structlog.get_logger()


async def build() -> SlotHandler:
    """The worker with its real adapters; waits for PostgreSQL, refuses to start on a setting that cannot work."""
    if not settings.DISCORD_BOT_ID:
        refuse_to_start("DISCORD_BOT_ID is not set. It is the bot's user id (for most bots the application id).")
    nodes = parse_nodes(settings.LAVALINK_NODES, settings.LAVALINK_PASSWORD)
    store = PostgresPlayerStore(settings.DATABASE_URL)
    await store.open()
    await check_slot_count(store, settings.SLOTS)
    client = fail_fast_client(settings.REDIS_URL)
    loaders, typing = ([LavalinkLoader(node, user_id=settings.DISCORD_BOT_ID) for node in nodes] for _ in range(2))
    await check_nodes(loaders)
    voice = VoiceEndpoints(sandbox=settings.SANDBOX)
    terms = PostgresGuildTerms(store.rows, client)
    rests = SourceRests()
    # Who types has connections of their own: a slow source would keep those of the ones who play something.
    finder, suggested = (
        NodeTrackFinder(some, search_prefix=settings.SEARCH_PREFIX, sandbox=settings.SANDBOX, rests=rests)
        for some in (loaders, typing)
    )
    ports = ActorPorts(
        store=store,
        finder=finder,
        lyrics=NodeLyrics(loaders),
        suggestions=RedisSuggestions(client, suggested, search_prefix=settings.SEARCH_PREFIX),
        mirror=RedisVoiceMirror(client),
        saved=PostgresSavedTracks(store.rows),
        speaker=Speaker(RedisOutStream(client, shards=settings.DISCORD_SHARDS)),
        clock=lambda: time.time_ns() // 1_000_000,
        terms=terms,
        changes=ChangeTeller(RedisGuildEvents(client)),
        troubles=TroubleNotes(PostgresTroubleBook(store.rows)),
    )

    async def close() -> None:
        await terms.close()
        for loader in (*loaders, *typing):
            await loader.close()
        await client.aclose()
        await store.close()

    async def started_within(node: NodeAddress, seconds: float) -> bool:
        loader = LavalinkLoader(node, user_id=settings.DISCORD_BOT_ID)
        try:
            young = await loader.up_for() < seconds
        except (Away, NodeRefused):
            return False
        finally:
            await loader.close()
        if young:
            voice.node_restarted(node.name)
        return young

    names = NodeNames(nodes)
    fleet = Fleet(
        await names.look(),
        lambda node, on_new_session: LavalinkSession(
            node, user_id=settings.DISCORD_BOT_ID, voice=voice, on_new_session=on_new_session
        ),
    )
    wishes = PostgresStaffBoard(store.rows)
    await heed(wishes, fleet)
    return AudioWorker(
        close=close,
        listen=partial(listen, client),
        wishes=wishes,
        shown=RedisFleetBoard(client),
        ports=ports,
        fleet=fleet,
        names=names,
        started_within=started_within,
        sessions=RedisSessionMirror(client),
        slots=settings.SLOTS,
        owner=f"{socket.gethostname()}:{os.getpid()}",
    )


async def heed(board: StaffBoard, fleet: Fleet) -> None:
    """Before the first slot is taken: no guild is to begin on a node that staff have drained."""
    try:
        fleet.wish_drained((await board.wishes()).drained)
    except PortFailed as error:
        log.warning("What staff wish cannot be read yet", error=str(error))


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
