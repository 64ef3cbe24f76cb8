"""The supervisor keeps its children running, ends with them, and says how they are."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from project.wire import keys
from tests.ports import free_port
from tests.redis_server import start_redis
from tests.workers.audio.worker_stage import SLOTS, Stage, send, until
from workers.audio.child import SILENT_SECONDS

SUPERVISE = """
import asyncio, os, sys
sys.executable = os.environ.get("PYTHON_OF_CHILDREN", sys.executable)
from project import metrics
metrics.share("audio")
from workers.audio.supervisor import Supervisor
supervisor = Supervisor(children=int(os.environ["CHILDREN"]), app="tests.workers.audio.recording_worker",
                        redis_url=os.environ["REDIS_URL"], host="127.0.0.1", port=int(os.environ["AUDIO_PORT"]))
sys.exit(asyncio.run(supervisor.run()))
"""


class Supervised:
    """A supervisor with children on a stage."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage = stage
        self.port = free_port()
        self._log = folder / "supervisor.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, children: int = 2, **environment: str) -> subprocess.Popen[bytes]:
        """Start it."""
        more = {"CHILDREN": str(children), "AUDIO_PORT": str(self.port), **environment}
        with self._log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SUPERVISE],
                env=self.stage.environment(**more),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return self.process

    def log(self) -> str:
        """What it and its children wrote."""
        return self._log.read_text()

    def ask(self, path: str) -> tuple[int, dict[str, Any]]:
        """Status and body of a probe; status 0 while nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)
        except OSError:
            return 0, {}

    def metric(self, line: str) -> float:
        """The value of a line that begins so, over all children; 0 while it is missing."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
                lines = answer.read().decode().splitlines()
        except OSError:
            return 0.0
        return next((float(found.rpartition(" ")[2]) for found in lines if found.startswith(line)), 0.0)

    def pids(self) -> list[int]:
        """Process ids of the children."""
        return [child["pid"] for child in self.ask("/health")[1].get("children", []) if child["pid"]]

    def ready(self) -> bool:
        """Whether the readiness probe passes."""
        return self.ask("/ready")[0] == 200

    def shared(self) -> bool:
        """Whether all slots have an owner and every child its share."""
        children = self.ask("/health")[1].get("children", [])
        return len(self.stage.owners()) == SLOTS and {child["slots"] for child in children} == {SLOTS // len(children)}

    def close(self) -> None:
        """Leave nothing behind."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervised]:
    stage = Stage(tmp_path)
    supervised = Supervised(stage, tmp_path)
    yield supervised
    supervised.close()
    stage.close()


def gone(pids: list[int]) -> bool:
    """Whether none of the processes runs (a zombie of a dead parent counts as gone)."""
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            return False
    return True


def test_children_serve_and_end_with_sigterm(supervised: Supervised) -> None:
    process = supervised.start()
    until("it is ready and shares", lambda: supervised.ready() and supervised.shared())
    pids = supervised.pids()
    send(supervised.stage, 50)
    process.terminate()
    assert process.wait(30) == 0
    assert gone(pids)
    assert supervised.stage.owners() == []
    stopped = {line["pid"] for line in supervised.stage.diary("stopped")}
    assert stopped == set(pids)


def test_a_killed_child_is_replaced_and_its_leases_given_back_at_once(supervised: Supervised) -> None:
    supervised.start()
    until("it shares", supervised.shared)
    victim, other = supervised.pids()
    orphaned = [slot for slot in range(SLOTS) if _owner_pid(supervised.stage, slot) == victim]
    os.kill(victim, signal.SIGKILL)
    send(supervised.stage, 100)
    until("the other took over", lambda: {_owner_pid(supervised.stage, slot) for slot in orphaned} == {other})
    assert "leases were given back" in supervised.log()
    until("a new child has its share", lambda: supervised.shared() and victim not in supervised.pids())
    until("all is done", supervised.stage.all_done)
    assert supervised.stage.in_order()


def test_metrics_are_those_of_all_living_children(supervised: Supervised) -> None:
    supervised.start()
    until("it shares", supervised.shared)
    until("all slots are counted", lambda: supervised.metric('audio_slots{state="open"}') == SLOTS)
    os.kill(supervised.pids()[0], signal.SIGKILL)
    until("the death is counted", lambda: supervised.metric('audio_child_deaths_total{code="-9"}') == 1)
    until("it shares again", supervised.shared)
    until("nothing counts twice", lambda: supervised.metric('audio_slots{state="owned"}') == SLOTS)


def test_a_frozen_child_is_killed(supervised: Supervised) -> None:
    supervised.start()
    until("it shares", supervised.shared)
    frozen = supervised.pids()[0]
    os.kill(frozen, signal.SIGSTOP)
    until("it was replaced", lambda: supervised.shared() and frozen not in supervised.pids())
    assert "its loop was silent" in supervised.log()
    assert gone([frozen])


def test_children_die_with_a_killed_supervisor(supervised: Supervised) -> None:
    process = supervised.start()
    until("it is ready", supervised.ready)
    pids = supervised.pids()
    process.kill()
    process.wait()
    until("the children are gone", lambda: gone(pids))


def test_a_refused_configuration_ends_it_all(supervised: Supervised) -> None:
    process = supervised.start(children=1, REFUSED="1")
    assert process.wait(30) == 2
    assert "LAVALINK_NODES is not set." in supervised.log()


def test_a_child_that_cannot_be_started_is_tried_again(supervised: Supervised, tmp_path: Path) -> None:
    python = tmp_path / "python"
    supervised.start(children=1, PYTHON_OF_CHILDREN=str(python))
    until("probes say so", lambda: supervised.ask("/health")[0] == 503)
    assert "cannot be started" in supervised.log()
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    until("a child serves", lambda: supervised.ready() and supervised.shared())


def test_a_taken_port_is_named(supervised: Supervised) -> None:
    supervised.port = supervised.stage.port
    process = supervised.start()
    assert process.wait(30) == 2
    assert f"Port {supervised.stage.port} on 127.0.0.1 is taken." in supervised.log()


def test_redis_away_at_the_start_is_waited_for(supervised: Supervised, tmp_path: Path) -> None:
    stage = supervised.stage
    stage.redis_process.kill()
    stage.redis_process.wait()
    supervised.start(children=1)
    until("it says so", lambda: "Redis does not answer" in supervised.log())
    assert supervised.ask("/health")[0] == 200
    assert supervised.ask("/ready")[0] == 503
    stage.redis_process = start_redis(stage.port, tmp_path)
    until("it goes on", lambda: supervised.ready() and supervised.shared())
    send(stage, 10)
    until("all is done", stage.all_done)


def test_a_hung_redis_kills_nobody(supervised: Supervised) -> None:
    supervised.start()
    until("it shares", supervised.shared)
    pids = supervised.pids()
    supervised.stage.redis_process.send_signal(signal.SIGSTOP)
    time.sleep(SILENT_SECONDS + 1)
    assert supervised.pids() == pids
    supervised.stage.redis_process.send_signal(signal.SIGCONT)
    send(supervised.stage, 20)
    until("all is done", supervised.stage.all_done)
    assert supervised.pids() == pids


def _owner_pid(stage: Stage, slot: int) -> int:
    owner = stage.client.hget(keys.slot_lease(slot), "owner")
    return int(str(owner).rpartition(":")[2]) if owner else 0
