"""What staff see of slots and Lavalink nodes: owners from PostgreSQL, loads as the audio workers tell them in Redis.

Each read is a fixed number of statements and round trips to Redis, whatever the number of guilds.
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

from apps.api.redis_clients import client
from apps.playback.models import NodeDrain, Slot, SlotSession
from project.task_queues import slot_queue
from project.wire import keys
from project.wire.fleet_reports import NodeReport, NodeShare, SlotReport

log = structlog.get_logger(__name__)

FORGOTTEN_MS = 3_600_000
"""A node that nobody has heard for so long, and that has no session of ours and no drain, is not shown, unless an
audio worker has named it within NAMED_MS."""
NAMED_MS = 60_000


@dataclass(frozen=True, slots=True)
class SlotSeen:
    """A slot and who serves it. What only Redis knows is None while Redis is away."""

    slot: int
    epoch: int
    owner: str
    """The process that took it last, as host:pid."""
    lease_holder: str | None
    """Who holds its lease now; "" if nobody does: its guilds wait for a new owner."""
    nodes: tuple[str, ...]
    """Where it has Lavalink sessions."""
    players: int | None
    """Guilds in its owner's memory; None also where no owner has told it for a while."""
    playing: int | None
    open_commands: int | None
    queue_length: int | None
    """Messages that wait in its task queue."""
    journal_length: int | None
    """Messages that are published and not done."""


@dataclass(frozen=True, slots=True)
class NodeSeen:
    """A Lavalink node. What only Redis knows is None while Redis is away, or where nobody has heard the node."""

    node: str
    """host:port"""
    slots: int
    """How many slots have a session there."""
    players: int | None
    """Our guilds there, as the slots' owners told it at most some seconds ago."""
    playing: int | None
    system_load: float | None
    """Share of its machine's processors, 0 to 1."""
    lavalink_load: float | None
    cores: int | None
    memory_bytes: int | None
    uptime_ms: int | None
    frames_deficit: int | None
    version: str | None
    last_seen_ms: int | None
    """ms since 1970"""
    draining: bool
    """Staff have drained it; it may still be alone, then guilds stay until there is another."""
    drained_at: datetime | None
    drained_by: str
    drain_reason: str


def slots_overview() -> Sequence[SlotSeen]:
    """All slots in order: two statements, one round trip to Redis."""
    rows = list(Slot.objects.order_by("slot").values_list("slot", "epoch", "owner"))
    sessions: dict[int, list[str]] = {}
    for slot, node in SlotSession.objects.order_by("id").values_list("slot", "node"):
        sessions.setdefault(slot, []).append(node)
    told = _slots_told([slot for slot, _, _ in rows])
    return [
        SlotSeen(slot=slot, epoch=epoch, owner=owner, nodes=tuple(sessions.get(slot, ())), **told[slot])
        for slot, epoch, owner in rows
    ]


def nodes_overview() -> Sequence[NodeSeen]:
    """All nodes by name that are known now: four statements, three round trips to Redis."""
    drains = {drain.node: drain for drain in NodeDrain.objects.all()}
    sessions: dict[str, int] = {}
    for node in SlotSession.objects.values_list("node", flat=True):
        sessions[node] = sessions.get(node, 0) + 1
    now_ms = time.time_ns() // 1_000_000
    reports, shares, named = _nodes_told(now_ms - NAMED_MS)
    lately = {name for name, report in (reports or {}).items() if report.seen_ms > now_ms - FORGOTTEN_MS}
    names = sorted(drains.keys() | sessions.keys() | lately | named)
    return [_node_seen(name, sessions.get(name, 0), drains.get(name), reports, shares) for name in names]


def _slots_told(slots: Sequence[int]) -> dict[int, dict[str, Any]]:
    try:
        with client.pipeline(transaction=False) as pipe:
            for slot in slots:
                pipe.hget(keys.slot_lease(slot), "owner")
                pipe.get(keys.slot_report(slot))
                pipe.llen(slot_queue(slot))
                pipe.hlen(keys.journal(slot))
            answers = pipe.execute()
    except (redis.RedisError, OSError) as error:
        log.warning("Redis is away: only what PostgreSQL knows of slots is shown", reason=type(error).__name__)
        return dict.fromkeys(slots, _told(None, None, None, None))
    return {slot: _told(*answers[4 * n : 4 * n + 4], asked=True) for n, slot in enumerate(slots)}


def _told(
    holder: str | None, raw: str | None, queue: int | None, journal: int | None, *, asked: bool = False
) -> dict[str, Any]:
    report = msgspec.json.decode(raw, type=SlotReport) if raw else None
    shares = report.nodes.values() if report is not None else ()
    return {
        "lease_holder": (holder or "") if asked else None,
        "players": sum(share.players for share in shares) if report is not None else None,
        "playing": sum(share.playing for share in shares) if report is not None else None,
        "open_commands": report.open_commands if report is not None else None,
        "queue_length": queue,
        "journal_length": journal,
    }


def _nodes_told(since_ms: int) -> tuple[dict[str, NodeReport] | None, dict[str, NodeShare], set[str]]:
    """What nodes tell of themselves, what all slots' owners tell of their guilds there, and who was named since."""
    try:
        raw: Any = client.hgetall(keys.NODE_REPORTS)
        named: Any = client.zrangebyscore(keys.NODES_KNOWN, since_ms, "+inf")
        told: Any = client.mget([keys.slot_report(slot) for slot in Slot.objects.values_list("slot", flat=True)])
    except (redis.RedisError, OSError) as error:
        log.warning("Redis is away: only what PostgreSQL knows of nodes is shown", reason=type(error).__name__)
        return None, {}, set()
    shares: dict[str, NodeShare] = {}
    for one in filter(None, told):
        for node, share in msgspec.json.decode(one, type=SlotReport).nodes.items():
            before = shares.get(node, NodeShare())
            shares[node] = NodeShare(players=before.players + share.players, playing=before.playing + share.playing)
    return {node: msgspec.json.decode(text, type=NodeReport) for node, text in raw.items()}, shares, set(named)


def _node_seen(
    name: str,
    slots: int,
    drain: NodeDrain | None,
    reports: dict[str, NodeReport] | None,
    shares: dict[str, NodeShare],
) -> NodeSeen:
    report = (reports or {}).get(name)
    share = shares.get(name, NodeShare()) if reports is not None else None
    return NodeSeen(
        node=name,
        slots=slots,
        players=share.players if share is not None else None,
        playing=share.playing if share is not None else None,
        system_load=report.system_load if report else None,
        lavalink_load=report.lavalink_load if report else None,
        cores=report.cores if report else None,
        memory_bytes=report.memory_bytes if report else None,
        uptime_ms=report.uptime_ms if report else None,
        frames_deficit=report.frames_deficit if report else None,
        version=report.version if report else None,
        last_seen_ms=report.seen_ms if report else None,
        draining=drain is not None,
        drained_at=drain.at if drain is not None else None,
        drained_by=drain.by if drain is not None else "",
        drain_reason=drain.reason if drain is not None else "",
    )
