"""One child of the audio supervisor: a Celery worker process, its pipe, and whether it has to be replaced."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from dataclasses import dataclass

import structlog

from workers.audio.heartbeat import PIPE_VARIABLE, Beat, beat_from_line
from workers.audio.worker_name import NAME_VARIABLE

log = structlog.get_logger()

SILENT_SECONDS = 2.0
"""A child whose loop has not beaten for this long serves nobody."""
CONSUMER_SILENT_SECONDS = 30.0
"""A consumer that has not come round for this long although Redis answers takes no commands."""
QUICK_DEATH_SECONDS = 10.0
PAUSE_MAX_SECONDS = 10.0
PIPE_READ = 65_536


def must_be_replaced(beat: Beat | None, heard: float, now: float) -> str | None:
    """Why a child must be killed, None if it is well. A child that never beat is still starting."""
    if beat is None:
        return None
    if now - heard > SILENT_SECONDS:
        return f"its loop was silent for {now - heard:.1f} s"
    if beat.redis and beat.consumer_age > CONSUMER_SILENT_SECONDS:
        return f"its consumer was silent for {beat.consumer_age:.0f} s"
    return None


@dataclass(slots=True)
class Restarts:
    """How soon the next start follows a death."""

    quick_deaths: int = 0

    def pause(self, lived: float) -> float:
        """Seconds to wait after a process that lived for `lived` seconds: none, unless it dies again and again."""
        self.quick_deaths = self.quick_deaths + 1 if lived < QUICK_DEATH_SECONDS else 0
        return 0.0 if self.quick_deaths < 2 else min(PAUSE_MAX_SECONDS, 0.5 * 2.0 ** (self.quick_deaths - 2))


class Child:
    """One life of one child process."""

    def __init__(self, process: asyncio.subprocess.Process, pipe: int) -> None:
        self.process = process
        self.beat: Beat | None = None
        self.started = self.heard = time.monotonic()
        self._pipe = pipe
        self._rest = b""
        os.set_blocking(pipe, False)
        asyncio.get_running_loop().add_reader(pipe, self._read)

    @property
    def ready(self) -> bool:
        """Whether it has started and reached Redis."""
        return self.beat is not None and self.beat.ready

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it still lives."""
        if self.process.returncode is None:
            self.process.send_signal(number)

    async def wait(self) -> int:
        """Its exit code; negative for a signal."""
        try:
            return await self.process.wait()
        finally:
            asyncio.get_running_loop().remove_reader(self._pipe)
            os.close(self._pipe)

    def _read(self) -> None:
        try:
            chunk = os.read(self._pipe, PIPE_READ)
        except BlockingIOError:
            return
        if not chunk:  # it is dying; wait() tells
            asyncio.get_running_loop().remove_reader(self._pipe)
            return
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            try:
                self.beat = beat_from_line(line)
            except (ValueError, TypeError) as error:
                log.warning("A child's beat cannot be read", error=str(error))
        self.heard = time.monotonic()


async def start_child(name: str, app: str) -> Child:
    """Start the Celery worker `app` (a module) under the node name `name`, in a session of its own; raises OSError."""
    reading, writing = os.pipe()
    environment = {
        **os.environ,
        "CELERY_CUSTOM_WORKER_POOL": "workers.audio.pool:AudioPool",
        NAME_VARIABLE: name,
        PIPE_VARIABLE: str(writing),
    }
    words = ["-m", "celery", "-A", app, "worker", "-P", "custom", "-n", name, "--without-gossip", "--without-mingle"]
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *words, env=environment, pass_fds=(writing,), start_new_session=True
        )
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    return Child(process, reading)
