"""What a child tells its supervisor four times a second through an inherited pipe: that its loop lives, and how.

The loop writes; a loop that is stuck is silent. The consumer's thread cannot write for itself, a hung Redis stops it
rightly, so the beat says how long ago it came round.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import structlog

log = structlog.get_logger()

PIPE_VARIABLE = "AUDIO_HEARTBEAT_FD"
BEAT_SECONDS = 0.25
PR_SET_PDEATHSIG = 1
"""prctl(2)."""


@dataclass(frozen=True, slots=True)
class Beat:
    """One line in the pipe."""

    holder: str
    """Under which name the child holds leases."""
    ready: bool
    """Redis has answered once since the child's start."""
    redis: bool
    """Redis has answered the last renewal."""
    slots: int
    open: int
    """Of the slots, those whose queue is consumed."""
    consumer_age: float
    """Seconds since the consumer's thread last came round."""

    def to_line(self) -> bytes:
        """One JSON line, shorter than PIPE_BUF."""
        return json.dumps(asdict(self)).encode() + b"\n"


def beat_from_line(line: bytes) -> Beat:
    """The beat in a line; raises ValueError, TypeError."""
    fields: dict[str, Any] = json.loads(line)
    return Beat(**fields)


def die_with_parent() -> None:
    """Ask Linux to kill this process when its supervisor dies; elsewhere the broken pipe does it."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


async def beat(state: Callable[[], Beat], pipe: int) -> None:
    """Write beats until cancelled; ends the process when nobody reads them any more."""
    os.set_blocking(pipe, False)
    while True:
        try:
            os.write(pipe, state().to_line())
        except BlockingIOError:
            log.debug("The supervisor does not read")  # frozen itself; it will find the beats of before
        except OSError:
            os._exit(1)  # the supervisor is gone; what this child holds is safe in the journal
        await asyncio.sleep(BEAT_SECONDS)


def inherited_pipe() -> int | None:
    """The pipe's descriptor, None in a worker that was started without a supervisor."""
    number = os.environ.get(PIPE_VARIABLE, "")
    return int(number) if number.isdigit() else None
