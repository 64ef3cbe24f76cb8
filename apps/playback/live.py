"""What staff see of one guild's player: where it plays and how far, what was asked of it, and what went wrong.

Each read is a fixed number of statements that an index answers, whatever the number of guilds.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import redis
import structlog
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from apps.api.redis_clients import client
from apps.playback.models import Command, PlaybackError, Player, QueueEntry, Slot, SlotSession
from apps.playback.selectors import NEVER_PLAYED, entry_seen, queue_of
from project import settings
from project.task_queues import slot_of
from project.wire import keys
from project.wire.fleet_reports import SlotReport
from project.wire.guild_events import SeenEntry

log = structlog.get_logger(__name__)

QUEUE_PAGE = 25
COMMANDS_SHOWN = 50
ERRORS_KEPT = 20
"""Of each guild; the audio workers delete what is older."""
REFUSALS = frozenset({"refused", "denied"})
"""Outcomes after which nothing had changed."""


@dataclass(frozen=True, slots=True)
class GuildLive:
    """One guild's player and who plays it. What only Redis knows is None while Redis is away."""

    guild_id: int
    slot: int
    epoch: int
    """Of the slot's present owner."""
    owner: str
    """The process that took the slot last, as host:pid."""
    lease_live: bool | None
    """Whether that owner, or a newer one, holds the slot's lease now."""
    node: str | None
    """Where the player is; None without a player, or where nobody tells."""
    session_id: str | None
    """Lavalink's session of the slot on that node."""
    current: SeenEntry | None
    position_ms: int
    """Now, reckoned by the clock; at another speed than the usual one up to a few seconds wrong."""
    at_ms: int
    """When that was so (ms since 1970)."""
    playing: bool
    """Something is to be heard: neither paused nor stopped, and in a channel."""
    paused: bool
    stopped_by: str | None
    voice_channel_id: str | None
    volume: int
    loop: str
    filters: tuple[str, ...]
    autoplay: str
    queue_length: int
    rev: int


@dataclass(frozen=True, slots=True)
class CommandSeen:
    """A command that was carried out or refused, and how it ended."""

    id: str
    kind: str
    at: datetime
    took_ms: int | None
    """From receipt to when its outcome was recorded, a search included; None where it is not known."""
    actor_kind: str
    """member, token, staff or system"""
    actor_name: str
    outcome: str
    """The kind of its outcome (`skipped`), with the reason where it was refused (`refused: nothing_playing`)."""
    refused: bool


@dataclass(frozen=True, slots=True)
class ErrorSeen:
    """Something that kept the guild from being heard."""

    kind: str
    at: datetime
    title: str
    uri: str | None
    detail: str
    close_code: int | None
    """Of Discord's voice gateway."""
    node: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    """What waits, from `first` (1 is next) on."""

    entries: tuple[SeenEntry, ...]
    first: int
    page: int
    pages: int
    total: int


def guild_live(guild_id: int) -> GuildLive:
    """The guild's player now: four statements and one round trip to Redis. One that never played is silent."""
    player, waiting = _player(guild_id)
    current = None
    if player is not None and player.current_entry is not None:
        current = QueueEntry.objects.filter(guild_id=guild_id, entry=player.current_entry).first()
    slot = slot_of(guild_id, settings.SLOTS)
    epoch, owner, sessions = _owner(slot)
    lease_live, node = _where(slot, guild_id)
    if player is None or player.voice_channel_id is None:
        node = None
    elif node is None and len(sessions) == 1:
        node = next(iter(sessions))
    now_ms = time.time_ns() // 1_000_000
    player = player or Player(guild_id=guild_id, **NEVER_PLAYED)
    playing = current is not None and not player.paused and player.stopped_by is None
    playing = playing and player.voice_channel_id is not None
    return GuildLive(
        guild_id=guild_id,
        slot=slot,
        epoch=epoch,
        owner=owner,
        lease_live=lease_live,
        node=node,
        session_id=sessions.get(node or ""),
        current=entry_seen(current) if current is not None else None,
        position_ms=_position(player, current, now_ms if playing else player.position_at_ms),
        at_ms=now_ms,
        playing=playing,
        paused=player.paused,
        stopped_by=player.stopped_by,
        voice_channel_id=None if player.voice_channel_id is None else str(player.voice_channel_id),
        volume=player.volume,
        loop=player.loop,
        filters=tuple(player.filters.get("presets", ())),
        autoplay=player.autoplay,
        queue_length=waiting,
        rev=player.rev,
    )


def queue_page(guild_id: int, page: int = 1) -> QueuePage:
    """One page of what waits, counted from 1; a page that is too high is the last one. Two statements."""
    total = queue_of(guild_id).count()
    pages = max(1, -(-total // QUEUE_PAGE))
    page = min(max(1, page), pages)
    start = (page - 1) * QUEUE_PAGE
    rows = queue_of(guild_id)[start : start + QUEUE_PAGE]
    return QueuePage(tuple(map(entry_seen, rows)), first=start + 1, page=page, pages=pages, total=total)


def commands_recent(guild_id: int) -> Sequence[CommandSeen]:
    """The last COMMANDS_SHOWN that were recorded, the newest first. Reads (`/queue`) are never recorded."""
    rows = Command.objects.filter(guild_id=guild_id).order_by("-at")[:COMMANDS_SHOWN]
    return [
        CommandSeen(
            id=row.id,
            kind=row.kind,
            at=row.at,
            took_ms=row.took_ms,
            actor_kind=str(row.actor.get("kind", "")),
            actor_name=str(row.actor.get("name", "")),
            outcome=_outcome(row.outcome),
            refused=row.outcome.get("type") in REFUSALS,
        )
        for row in rows
    ]


def errors_recent(guild_id: int) -> Sequence[ErrorSeen]:
    """What went wrong lately, the newest first."""
    rows = PlaybackError.objects.filter(guild_id=guild_id).order_by("-id")[:ERRORS_KEPT]
    return [ErrorSeen(row.kind, row.at, row.title, row.uri, row.detail, row.close_code, row.node) for row in rows]


def _player(guild_id: int) -> tuple[Player | None, int]:
    waits = QueueEntry.objects.filter(guild_id=OuterRef("guild_id"), status="queued").order_by().values("guild_id")
    counted = Subquery(waits.annotate(n=Count("*")).values("n"))
    row = Player.objects.filter(guild_id=guild_id).annotate(waiting=Coalesce(counted, 0)).first()
    return row, row.waiting if row is not None else 0


def _owner(slot: int) -> tuple[int, str, dict[str, str]]:
    """Epoch and owner of a slot, and its sessions by node."""
    rows = Slot.objects.filter(slot=slot).values_list("epoch", "owner").first()
    sessions = SlotSession.objects.filter(slot=slot).order_by("id").values_list("node", "session_id")
    return (*(rows or (0, "")), dict(sessions))


def _where(slot: int, guild_id: int) -> tuple[bool | None, str | None]:
    """Whether somebody holds the slot, and the guild's node as its owner told it last."""
    try:
        with client.pipeline(transaction=False) as pipe:
            pipe.exists(keys.slot_lease(slot))
            pipe.hget(keys.slot_elsewhere(slot), str(guild_id))
            pipe.get(keys.slot_report(slot))
            held, elsewhere, raw = pipe.execute()
    except (redis.RedisError, OSError) as error:
        log.warning("Where a guild plays is not known: Redis is away", guild=guild_id, reason=type(error).__name__)
        return None, None
    primary = msgspec.json.decode(raw, type=SlotReport).primary if raw else None
    return bool(held), elsewhere or primary


def _position(player: Player, current: QueueEntry | None, now_ms: int) -> int:
    if current is None:
        return 0
    position = int(player.position_ms + max(0, now_ms - player.position_at_ms))
    length = int(current.track.get("length_ms", 0))
    return min(position, length) if length else position


def _outcome(outcome: dict[str, Any]) -> str:
    kind = str(outcome.get("type", ""))
    why = outcome.get("reason") or outcome.get("key")
    return f"{kind}: {why}" if why else kind
