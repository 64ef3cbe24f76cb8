"""Metrics for Prometheus that several processes of one program count together, told by whichever is asked."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = CONTENT_TYPE_LATEST
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def share(program: str) -> None:
    """From here on this process and those it forks or spawns count in one folder under TMPDIR, removed at its end.

    Call it before the program's own metrics are made. prometheus_client looks for the folder when it is imported, but
    the celery command imports Flower, and so prometheus_client, before any module of ours.
    """
    folder = tempfile.mkdtemp(prefix=f"segue-metrics-{program}-")
    os.environ[FOLDER_VARIABLE] = folder
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call] # untyped in prometheus_client
    atexit.register(_remove, folder, os.getpid())


def exposition() -> bytes:
    """Everything counted so far, by all processes that share, in Prometheus' text format."""
    if FOLDER_VARIABLE not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # untyped in prometheus_client
    return generate_latest(registry)


def _remove(folder: str, owner: int) -> None:
    if os.getpid() == owner:  # not in a forked child that ends
        shutil.rmtree(folder, ignore_errors=True)
