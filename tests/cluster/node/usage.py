"""What each pod's processes use of this machine, read from /proc."""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

LOOK_SECONDS = 5.0
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Usage:
    """Cores and bytes."""

    cores: float
    memory: int


@dataclass(frozen=True)
class _Process:
    parent: int
    ticks: int
    memory: int


class UsageMeter:
    """Looks every five seconds at the processes that stem from given ones."""

    def __init__(self) -> None:
        self._ticks: dict[int, int] = {}
        self._cores: dict[int, float] = {}
        self._now: dict[int, _Process] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """No more looks."""
        self._stopping.set()
        self._thread.join()

    def of(self, pids: list[int]) -> Usage:
        """Of these processes with all that stem from them."""
        now = self._now
        children: dict[int, list[int]] = defaultdict(list)
        for pid, process in now.items():
            children[process.parent].append(pid)
        found: set[int] = set()
        waiting = [pid for pid in pids if pid in now]
        while waiting:
            pid = waiting.pop()
            found.add(pid)
            waiting.extend(child for child in children[pid] if child not in found)
        memory = sum(now[pid].memory for pid in found)
        return Usage(cores=sum(self._cores.get(pid, 0.0) for pid in found), memory=memory)

    def _watch(self) -> None:
        before = time.monotonic()
        while True:
            self._now = _processes()
            after = time.monotonic()
            self._cores = {
                pid: (process.ticks - self._ticks.get(pid, process.ticks)) / _TICKS / max(after - before, 0.1)
                for pid, process in self._now.items()
            }
            self._ticks = {pid: process.ticks for pid, process in self._now.items()}
            before = after
            if self._stopping.wait(LOOK_SECONDS):
                return


def _processes() -> dict[int, _Process]:
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            fields = (path / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        ticks = int(fields[11]) + int(fields[12])
        found[int(path.name)] = _Process(parent=int(fields[1]), ticks=ticks, memory=int(fields[21]) * _PAGE)
    return found
