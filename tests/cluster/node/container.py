"""A pod's container as a process: started, restarted when it ends, and its output kept as a kubelet keeps it."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

from tests.cluster.node.api import Object

ENTER = Path(__file__).with_name("enter_pod.py")
LONGEST_PAUSE = 20.0
"""Seconds between two starts of one that ends again and again; a kubelet waits up to five minutes."""


class Container:
    """One process, its log at `<folder>/<name>.log` in the runtime's format, and what its status says."""

    def __init__(self, spec: Object, command: list[str], folder: Path, stop: signal.Signals) -> None:
        self.name: str = spec["name"]
        self.spec = spec
        self.restarts = 0
        self.code: int | None = None
        """Of its last end, if it has ended."""
        self.started_at = ""
        self.ready = False
        self._command = command
        self._folder = folder
        self._stop = stop
        self._process: subprocess.Popen[bytes] | None = None
        self._pause = 1.0
        self._next_start = 0.0

    def start(self) -> None:
        """Anew, with a log of its own; the one before is kept."""
        log = self._folder / f"{self.name}.log"
        if log.exists():
            log.replace(log.with_suffix(".previous.log"))
        self.started_at = _now()
        self._process = subprocess.Popen(
            self._inside(self._command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environment(),
            start_new_session=True,
        )
        assert self._process.stdout is not None
        threading.Thread(target=_pump, args=(self._process.stdout, log), daemon=True).start()

    @property
    def pid(self) -> int:
        """Of its first process, 0 when it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else 0

    def alive(self) -> bool:
        """Whether it runs; notes its code when it has ended."""
        if self._process is None:
            return False
        code = self._process.poll()
        if code is not None:
            self.code = code if code >= 0 else 128 - code
        return code is None

    def restart_when_due(self) -> None:
        """Start it again, later each time it ends soon."""
        now = time.monotonic()
        if not self._next_start:
            self._next_start = now + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
        elif now >= self._next_start:
            self._next_start = 0.0
            self.restarts += 1
            self.start()

    def run(self, command: list[str], seconds: float) -> bool:
        """Whether a command inside ends with 0 in time."""
        try:
            done = subprocess.run(
                self._inside(command), env=self._environment(), capture_output=True, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    def terminate(self) -> None:
        """To its first process the signal that its image names."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(self._stop)

    def kill(self) -> None:
        """SIGKILL to all of it."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def status(self, image: str) -> Object:
        """An entry of containerStatuses."""
        alive = self.alive()
        ended = {"exitCode": self.code or 0, "reason": "Error" if self.code else "Completed", "finishedAt": _now()}
        running = {"running": {"startedAt": self.started_at}}
        waiting = {"waiting": {"reason": "CrashLoopBackOff"}} if self.code else {"terminated": ended}
        return {
            "name": self.name,
            "image": image,
            "imageID": "",
            "ready": self.ready,
            "started": alive,
            "restartCount": self.restarts,
            "state": running if alive else waiting,
            "lastState": {"terminated": ended} if self.restarts else {},
        }

    def _inside(self, command: list[str]) -> list[str]:
        namespace, pod = self._folder.parts[-2:]
        return [sys.executable, str(ENTER), namespace, pod, self.name, *command]

    def _environment(self) -> dict[str, str]:
        pods = str(self._folder.parent.parent)
        return {"PATH": os.environ["PATH"], "SEGUE_PODS": pods, "SEGUE_DIE_WITH_PARENT": "1"}


def _pump(output: IO[bytes], path: Path) -> None:
    """One line of the runtime's format for each line said."""
    with output, path.open("ab", buffering=0) as log:
        for line in output:
            log.write(f"{_now(fraction=True)} stdout F ".encode() + line.rstrip(b"\n") + b"\n")


def _now(*, fraction: bool = False) -> str:
    now = dt.datetime.now(dt.UTC)
    return now.strftime("%Y-%m-%dT%H:%M:%S.%f000Z" if fraction else "%Y-%m-%dT%H:%M:%SZ")
