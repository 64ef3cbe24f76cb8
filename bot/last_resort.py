"""Ends a process that was asked to end and does not."""

from __future__ import annotations

import os
import threading

import structlog

log = structlog.get_logger(__name__)


def end_within(seconds: float) -> None:
    """Exit with 1 where the process still lives then, whatever it waits for.

    asyncio itself waits without limit at its end: for threads that resolve a name of a store that is gone, and for a
    task that swallowed the one cancellation it gets (Python 3.11's `wait_for`). Claims run out by themselves.
    """
    timer = threading.Timer(seconds, _exit, (seconds,))
    timer.daemon = True
    timer.start()


def _exit(seconds: float) -> None:
    log.error("The process does not end and is ended", seconds=seconds)
    os._exit(1)
