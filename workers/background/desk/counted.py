"""How long members wait until the desk begins to serve them."""

from __future__ import annotations

import time

from prometheus_client import Histogram

from project.wire.messages import Command

WAIT_SECONDS = Histogram(
    "desk_wait_seconds",
    "From the gateway's (or the API's) receipt of a command for the desk to when it is served",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0),
)


def count_wait(command: Command) -> None:
    """It is served now."""
    if command.received_ms is not None:
        WAIT_SECONDS.observe(max(0.0, time.time() - command.received_ms / 1000))
