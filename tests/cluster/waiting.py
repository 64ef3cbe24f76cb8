"""Waiting for what comes sooner or later on a shared machine."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_SECONDS = 120.0


def until(happened: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Returns when it has happened; an AssertionError if it does not."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"it did not happen within {seconds} s"
        time.sleep(0.3)
