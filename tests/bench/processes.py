"""What a process has used so far, read from /proc (Linux)."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def private_bytes(pid: int) -> int:
    """Memory that is this process's alone (Private_Clean + Private_Dirty): what one more guild makes larger."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    found = [int(line.split()[1]) for line in lines if line.startswith("Private_")]
    return sum(found) * 1024


def busy_seconds() -> float:
    """Time in which any core of the machine did anything."""
    user, nice, system, _idle, _waiting, *interrupts = Path("/proc/stat").read_text(encoding="ascii").split()[1:8]
    return sum(map(int, (user, nice, system, *interrupts))) / _TICKS


class CoreShares:
    """Which share of a core each process took from here on, and everything else on the machine."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = {**pids, "generator": os.getpid()}
        self._began = time.monotonic()
        self._used = {name: cpu_seconds(pid) for name, pid in self._pids.items()}
        self._busy = busy_seconds()

    def now(self) -> dict[str, float]:
        """1.0 is one whole core, since this was made; `others` are PostgreSQL and whatever else this machine does."""
        elapsed = time.monotonic() - self._began
        shares = {name: (cpu_seconds(pid) - self._used[name]) / elapsed for name, pid in self._pids.items()}
        return {**shares, "others": (busy_seconds() - self._busy) / elapsed - sum(shares.values())}
