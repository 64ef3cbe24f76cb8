"""Processes that outlive the command that starts them, and a way to end exactly these and no others."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

STOP_SECONDS = 15


class Detached:
    """One process whose id is kept in a file, with its start time so that a reused id is not mistaken for it."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.log_path = folder / f"{name}.log"
        self._note = folder / f"{name}.pid"
        self._process: subprocess.Popen[bytes] | None = None
        """Of this very run; a child stays a zombie until somebody asks for it."""

    def start(self, command: list[str], environment: Mapping[str, str] | None = None) -> None:
        """Start it in a session of its own."""
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )
        self._note.write_text(f"{self._process.pid} {_started(self._process.pid)}\n", encoding="ascii")

    def alive(self) -> bool:
        """Whether it runs."""
        return self._pid() is not None

    def end(self) -> None:
        """SIGTERM, then SIGKILL to what is left of its group; nothing happens if it is gone."""
        pid = self._pid()
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + STOP_SECONDS
            while self._pid() is not None and time.monotonic() < deadline:
                self._reap()
                time.sleep(0.05)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            if self._process is not None:
                self._process.wait()
        self._note.unlink(missing_ok=True)

    def tail(self, lines: int = 15) -> str:
        """The end of what it said."""
        if not self.log_path.exists():
            return ""
        return "\n".join(self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def _reap(self) -> None:
        if self._process is not None:
            self._process.poll()

    def _pid(self) -> int | None:
        try:
            pid, started = self._note.read_text(encoding="ascii").split()
        except (FileNotFoundError, ValueError):
            return None
        return int(pid) if _started(int(pid)) == started else None


def _started(pid: int) -> str:
    """When it started, in the kernel's clock ticks; empty for one that is gone or only waits to be reaped."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]
