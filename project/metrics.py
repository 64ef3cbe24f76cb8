"""Metrics for Prometheus that several processes of one program count together, told by whichever is asked."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = CONTENT_TYPE_LATEST
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

_shared_by = 0
"""Process id of whoever called `share`; a forked child has its parent's."""


def share(program: str) -> None:
    """From here on this process and those it forks or spawns count in one folder under TMPDIR, removed at its end.

    Call it before the program's own metrics are made; a second time it does nothing. prometheus_client looks for the
    folder when it is imported, but the celery command imports Flower, and so prometheus_client, before any module of
    ours.
    """
    global _shared_by
    if _shared_by == os.getpid():
        return
    _shared_by = os.getpid()
    prefix = f"segue-metrics-{program}-"
    _sweep(prefix)
    folder = tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-")
    os.environ[FOLDER_VARIABLE] = folder
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call] # untyped in prometheus_client
    atexit.register(_remove, folder, os.getpid())


def from_zero(metric: Counter | Histogram, *children: tuple[str, ...]) -> None:
    """Tell these labels from the start: what appears with its first count is no increase to Prometheus."""
    for labels in children:
        metric.labels(*labels)


def exposition() -> bytes:
    """Everything counted so far, by all processes that share, in Prometheus' text format."""
    if FOLDER_VARIABLE not in os.environ:
        return generate_latest(REGISTRY)
    _forget_dead(Path(os.environ[FOLDER_VARIABLE]))
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # untyped in prometheus_client
    return generate_latest(registry)


def _sweep(prefix: str) -> None:
    """Remove what killed processes have left: nobody of their number lives, unless it is we (the first of a pod)."""
    for folder in Path(tempfile.gettempdir()).glob(prefix + "*"):
        number = folder.name.removeprefix(prefix).partition("-")[0]
        if number == str(os.getpid()) or not (number.isdecimal() and _lives(int(number))):
            shutil.rmtree(folder, ignore_errors=True)  # another user's stays


def _forget_dead(folder: Path) -> None:
    """What is open now is not open in a process that has died; what it has counted stays."""
    for file in folder.glob("gauge_live*.db"):
        if not _lives(int(file.stem.rpartition("_")[2])):
            file.unlink(missing_ok=True)  # two may be asked at once


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove(folder: str, owner: int) -> None:
    if os.getpid() == owner:  # not in a forked child that ends
        shutil.rmtree(folder, ignore_errors=True)
