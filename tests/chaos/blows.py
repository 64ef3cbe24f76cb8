"""What the chaos suite does to Segue: each blow by name, and how much of it a listener may notice."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.scenario.listener import Listener
from tests.chaos.stage import Stage
from tests.chaos.stores import OwnPostgres

FROZEN_SECONDS = 4.0
KILL, TERM, STOP, CONT = signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP, signal.SIGCONT
HEARD_GAP_MS = 60
NODE_GAP_MS = 3_000
VOICE_GAP_MS = 3_000
"""Discord itself ended the voice connection: what is between two connections nobody can send."""

Strike = Callable[[Stage, OwnPostgres, Listener], None]


@dataclass(frozen=True, slots=True)
class Blow:
    """`gap_ms` is RTP time inside a stream and wall time from one stream to the next."""

    strike: Strike
    gap_ms: float = HEARD_GAP_MS
    interrupts: bool = False
    """The music stops and is started anew elsewhere: where it goes on must be within a second of where it was."""
    next_command_ms: float | None = None
    """Until when the next command must be obeyed, where that is budgeted."""


def _owner(number: signal.Signals) -> Strike:
    def strike(stage: Stage, _: OwnPostgres, listener: Listener) -> None:
        pid = stage.strikes.signal_owner(listener.guild_id, number)
        if number is STOP:
            _later(lambda: os.kill(pid, CONT) if pid in stage.processes() else None)

    return strike


def _service(name: str, number: signal.Signals) -> Strike:
    def strike(stage: Stage, _: OwnPostgres, __: Listener) -> None:
        pid = stage.strikes.signal_service(name, number)
        if number is STOP:
            _later(lambda: os.kill(pid, CONT))

    return strike


def _node(number: signal.Signals) -> Strike:
    def strike(stage: Stage, _: OwnPostgres, listener: Listener) -> None:
        node, _player = stage.node_of(listener)
        os.kill(node["pid"], number)

    return strike


def _fault(target: str, kind: str, **params: Any) -> Strike:
    def strike(stage: Stage, _: OwnPostgres, __: Listener) -> None:
        stage.control.post("/faults", {"target": target, "kind": kind, **params})

    return strike


def _voice_fault(kind: str, **params: Any) -> Strike:
    def strike(stage: Stage, _: OwnPostgres, listener: Listener) -> None:
        order = {"target": "voice", "kind": kind, "guild_id": listener.guild_id, **params}
        stage.control.post("/faults", order)

    return strike


def _moved(_: Stage, __: OwnPostgres, listener: Listener) -> None:
    """Alice drags the bot along; it gets a new voice token and a new connection."""
    listener.join(listener.voice_ids[1])
    listener.move(listener.bot_id, listener.voice_ids[1])


def _voice_server_changed(stage: Stage, _: OwnPostgres, listener: Listener) -> None:
    stage.control.post("/voice-server", {"guild_id": listener.guild_id})


def _redis_restarted(stage: Stage, _: OwnPostgres, __: Listener) -> None:
    stage.redis.restart()


def _redis_emptied(stage: Stage, _: OwnPostgres, __: Listener) -> None:
    stage.strikes.empty_redis()


def _redis_hung(stage: Stage, _: OwnPostgres, __: Listener) -> None:
    stage.redis.signal(STOP)
    _later(lambda: stage.redis.signal(CONT))


def _postgres_restarted(_: Stage, postgres: OwnPostgres, __: Listener) -> None:
    postgres.restart()


def _postgres_hung(_: Stage, postgres: OwnPostgres, __: Listener) -> None:
    postgres.signal(STOP)
    _later(lambda: postgres.signal(CONT))


def _later(mend: Callable[[], None]) -> None:
    threading.Timer(FROZEN_SECONDS, mend).start()


BLOWS: dict[str, Blow] = {
    "audio child killed": Blow(_owner(KILL), next_command_ms=500),
    "audio child terminated": Blow(_owner(TERM), next_command_ms=500),
    "audio child frozen": Blow(_owner(STOP), next_command_ms=2_500),
    "audio supervisor killed": Blow(_service("audio", KILL)),
    "audio supervisor terminated": Blow(_service("audio", TERM)),
    "gateway killed": Blow(_service("gateway", KILL)),
    "gateway terminated": Blow(_service("gateway", TERM)),
    "gateway frozen": Blow(_service("gateway", STOP)),
    "worker killed": Blow(_service("worker", KILL)),
    "worker terminated": Blow(_service("worker", TERM)),
    "beat killed": Blow(_service("beat", KILL)),
    "beat terminated": Blow(_service("beat", TERM)),
    "api killed": Blow(_service("api", KILL)),
    "api terminated": Blow(_service("api", TERM)),
    "flower killed": Blow(_service("flower", KILL)),
    "flower terminated": Blow(_service("flower", TERM)),
    "redis restarted": Blow(_redis_restarted),
    "redis emptied": Blow(_redis_emptied),
    "redis hung": Blow(_redis_hung),
    "postgres restarted": Blow(_postgres_restarted),
    "postgres hung": Blow(_postgres_hung),
    "node socket dropped": Blow(_fault("node", "drop")),
    "gateway told to reconnect": Blow(_fault("gateway", "reconnect")),
    "gateway session to be resumed": Blow(_fault("gateway", "invalidate", resumable=True)),
    "gateway session lost": Blow(_fault("gateway", "invalidate", resumable=False), gap_ms=VOICE_GAP_MS),
    "voice socket dropped": Blow(_voice_fault("drop")),
    "voice server crashed": Blow(_voice_fault("close", code=4015)),
    "voice server changed": Blow(_voice_server_changed, gap_ms=VOICE_GAP_MS),
    "bot moved to another channel": Blow(_moved, gap_ms=VOICE_GAP_MS),
    "node killed": Blow(_node(KILL), gap_ms=NODE_GAP_MS, interrupts=True),
    "node terminated": Blow(_node(TERM), gap_ms=NODE_GAP_MS, interrupts=True),
}
