"""A machine with audio workers freezes, another takes over, and the frozen one comes back and must not disturb."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest

from simulator.scenario.listener import Listener
from simulator.scenario.next_command import until_obeyed
from simulator.service import Service
from tests.chaos.stage import WAITING, Stage

GUILDS = 4
AFTERWARDS_MS = 2_000
NEXT_COMMAND_MS = 3_000
"""2.5 s, and the command's own way on a machine that does all this at once."""

pytestmark = pytest.mark.chaos


def test_a_frozen_machine_is_neither_heard_nor_missed(
    stage: Stage, record_property: Callable[[str, object], None]
) -> None:
    stage.stack.wait_served()
    processes = len(stage.processes())
    listeners = [stage.guild() for _ in range(GUILDS)]
    machine = [child["pid"] for child in stage.stack.audio_children()]
    frozen = stage.hand_over_to(stage.start_second("audio"))
    assert frozen.process is not None
    machine.append(frozen.process.pid)
    time.sleep(1)  # both serve, each its share
    theirs = next(one for one in listeners if stage.strikes.lease_pid(one.guild_id) in machine)
    for one in listeners:
        one.reset_ears()
        one.wait_heard(300)
    _signal(machine, signal.SIGSTOP)
    obeyed = until_obeyed(theirs, "pause", since=time.monotonic())
    theirs.command("resume")
    stage.stack.wait_served()
    _listen(listeners)
    _signal(machine, signal.SIGCONT)
    ears = _listen(listeners)
    row = {
        "lost": sum(heard["lost"] for heard in ears),
        "max_gap_ms": max(heard["max_gap_ms"] for heard in ears),
        "next_command_ms": obeyed.ms,
        "tries": obeyed.tries,
    }
    record_property("audio machine frozen, then back", row)
    _end(frozen)
    assert row["lost"] == 0
    assert row["max_gap_ms"] <= 60
    assert obeyed.ms <= NEXT_COMMAND_MS
    assert [one.queued_titles() for one in listeners] == [WAITING] * GUILDS
    for one in listeners:
        one.command("pause")
        stage.dissolve(one)
    assert stage.settles_at(processes), f"{len(stage.processes())} processes instead of {processes}"


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        os.kill(pid, number)


def _listen(listeners: list[Listener]) -> list[dict[str, float]]:
    return [one.wait_heard(one.ears()["heard_ms"] + AFTERWARDS_MS) for one in listeners]


def _end(service: Service) -> None:
    service.ask_to_stop()
    service.end(time.monotonic() + 25)
