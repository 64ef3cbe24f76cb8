"""What an audio worker counts for Prometheus; the supervisor tells the sum over its children."""

from __future__ import annotations

import resource
import time
from collections import Counter as Tally
from collections.abc import Iterable
from pathlib import Path

from prometheus_client import Counter, Gauge, Histogram

from project.metrics import from_zero
from workers.audio.fleet import Fleet
from workers.audio.node_link import NodeLink
from workers.audio.owned_slot import OwnedSlot

SLOTS = Gauge("audio_slots", "Slots owned", ["state"], multiprocess_mode="livesum")
PLAYERS = Gauge("audio_players", "Guilds in memory", ["state"], multiprocess_mode="livesum")
SESSIONS = Gauge("audio_sessions", "Lavalink sessions", ["node", "state"], multiprocess_mode="livesum")
NODE_GUILDS = Gauge("audio_node_guilds", "Guilds whose player is on a node", ["node"], multiprocess_mode="livesum")
DRAINED = Gauge("audio_nodes_drained", "Nodes that guilds leave", ["node"], multiprocess_mode="livemax")
SLOTS_WANTED = Gauge("audio_slots_wanted", "Slots that there are, wherever owned", multiprocess_mode="livemax")
SLOT_CHANGES = Counter("audio_slot_changes_total", "Slots taken, released to others, lost to others", ["change"])
SLOT_TAKE_SECONDS = Histogram(
    "audio_slot_take_seconds",
    "Loading a slot's players and meeting its nodes, before its commands are taken",
    buckets=(0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
JOURNAL_AGE = Gauge(
    "audio_journal_oldest_seconds", "For how long the oldest of them is known", multiprocess_mode="livemax"
)
JOURNAL = Gauge("audio_journal_entries", "Messages published and not done", multiprocess_mode="livesum")
CPU = Gauge("audio_child_cpu_seconds", "Processor time of a child", multiprocess_mode="liveall")
MEMORY = Gauge("audio_child_memory_bytes", "Resident memory of a child", multiprocess_mode="liveall")
LOOP_LATE = Histogram(
    "audio_loop_late_seconds", "How late the event loop came round", buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 2.0)
)
COMMANDS = Counter("audio_commands_total", "Commands carried out", ["kind", "outcome"])
COMMAND_SECONDS = Histogram(
    "audio_command_seconds",
    "From the worker's receipt of a command to its answer",
    ["kind"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
)
COMMAND_WAIT_SECONDS = Histogram(
    "audio_command_wait_seconds",
    "From the gateway's (or the API's) receipt of a command to this worker's",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
)

from_zero(SLOT_CHANGES, ("taken",), ("released",), ("lost",))
from_zero(COMMANDS, ("play", "Refused"))


def count_command(kind: str, word: str, began: float, waited_ms: float) -> None:
    """One was carried out: `word` is its outcome, `began` (monotonic s) when it was received."""
    COMMANDS.labels(kind, word).inc()
    COMMAND_SECONDS.labels(kind).observe(time.monotonic() - began)
    COMMAND_WAIT_SECONDS.observe(max(0.0, waited_ms) / 1000)


class Measures:
    """Sets the gauges of one child; call it every few seconds."""

    def __init__(self) -> None:
        self._due: float | None = None
        self._seen: set[tuple[str, str]] = set()

    def take(self, owned: Iterable[OwnedSlot], fleet: Fleet) -> None:
        """What is so now."""
        slots = list(owned)
        playing = sum(actor.position() is not None for slot in slots for actor in slot.actors)
        PLAYERS.labels("playing").set(playing)
        PLAYERS.labels("silent").set(sum(len(slot.actors) for slot in slots) - playing)
        self._sessions(link for slot in slots for link in slot.nodes.links)
        for node, guilds in fleet.load().items():
            NODE_GUILDS.labels(node).set(guilds)
            DRAINED.labels(node).set(node in fleet.draining)
        usage = resource.getrusage(resource.RUSAGE_SELF)
        CPU.set(usage.ru_utime + usage.ru_stime)
        MEMORY.set(_resident_bytes())

    def beat(self, every: float) -> None:
        """Call it every so many seconds: tells how late that was."""
        now = time.monotonic()
        if self._due is not None:
            LOOP_LATE.observe(max(0.0, now - self._due))
        self._due = now + every

    def _sessions(self, links: Iterable[NodeLink]) -> None:
        tally = Tally((link.name, _state(link)) for link in links)
        self._seen |= set(tally)
        for node, state in self._seen:
            SESSIONS.labels(node, state).set(tally[node, state])


def _state(link: NodeLink) -> str:
    if not link.connected or link.away_for > 0:
        return "away"
    return "held" if link.session.held else "open"


def _resident_bytes() -> int:
    """0 where there is no /proc."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return 0
