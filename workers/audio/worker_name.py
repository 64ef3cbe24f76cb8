"""How an audio worker process is called in Celery, in Flower and in leases."""

from __future__ import annotations

import os
import socket

NAME_VARIABLE = "AUDIO_WORKER_NAME"
"""Celery node name, given by the supervisor to its children."""


def child_name(number: int) -> str:
    """The node name of a supervisor's child; the same for all its lives, so that Flower counts no dead workers."""
    return f"audio@{socket.gethostname()}-{os.getpid()}/{number}"


def node_name() -> str:
    """The node name of this worker process."""
    return os.environ.get(NAME_VARIABLE) or f"audio@{socket.gethostname()}-{os.getpid()}"
