"""Moments from the logs of Segue's processes, so that nothing has to be built in to be measured."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path


class LogTail:
    """What a process logs from now on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._from = path.stat().st_size

    def commands(self, event: str) -> dict[str, float]:
        """Unix seconds at which each command was first named in a line of that `event`."""
        found: dict[str, float] = {}
        wanted = f'"{event}"'.encode()
        with self._path.open("rb") as log:
            log.seek(self._from)
            for line in log:
                if wanted not in line:
                    continue
                entry = json.loads(line)
                at = datetime.fromisoformat(entry["timestamp"]).timestamp()
                found.setdefault(str(entry.get("command") or entry.get("command_id")), at)
        return found
