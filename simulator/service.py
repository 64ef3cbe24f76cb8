"""One process of a stack: its command, port and log; started in a group of its own and ended with all it started."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1


@dataclass
class Service:
    """One process: its command, where it answers, and where it writes."""

    name: str
    command: list[str]
    log_path: Path
    ready_url: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    started: float = 0.0
    """Monotonic seconds."""

    def start(self) -> None:
        """Start it in a process group of its own, dying with this process."""
        self.started = time.monotonic()
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )

    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def ready(self) -> bool:
        """Whether its /ready says so (a process without a port is ready when it runs)."""
        return self.alive() and (self.ready_url is None or answers(self.ready_url))

    def ask_to_stop(self) -> None:
        """SIGTERM, to the process alone: it ends its children itself."""
        if self.alive() and self.process is not None:
            self.process.terminate()

    def end(self, deadline: float) -> None:
        """Wait for it, then kill its whole group."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def answers(url: str) -> bool:
    """Whether there is a 200 at `url` within two seconds."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 # a loopback URL of our own
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def body_of(url: str | None) -> dict[str, Any]:
    """What a /ready says, be it 200 or 503; nobody owns anything while it does not answer."""
    try:
        with urllib.request.urlopen(url or "", timeout=2) as answer:  # noqa: S310 # a loopback URL of our own
            found: dict[str, Any] = json.loads(answer.read())
    except urllib.error.HTTPError as error:
        found = json.loads(error.read())
    except (urllib.error.URLError, OSError):
        return {"children": []}
    return found
