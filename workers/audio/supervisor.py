"""Keeps the children of the audio worker running: replaces dead and silent ones and gives their leases back at once.

A child that is killed leaves its music playing, its Lavalink sessions to be resumed, and its commands in the journal.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time

import redis.asyncio
import structlog
from prometheus_client import Counter, multiprocess
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from project.metrics import FOLDER_VARIABLE, from_zero
from project.wire.leases import Leases
from workers.audio.child import Child, Restarts, must_be_replaced, start_child
from workers.audio.health import ChildHealth, serve_health
from workers.audio.worker_name import child_name

log = structlog.get_logger()

FAILED = 1
REFUSED = 2
"""Exit code of a process whose configuration is refused: starting it again would not help."""
LOOK_SECONDS = 0.25
LATE_SECONDS = 0.5
"""A supervisor that was late itself judges nobody: the beats of meanwhile are still in the pipe."""
STOP_SECONDS = 20.0
"""How long children may finish what they do before they are killed."""
CRASH_LOOP = 3


class Supervisor:
    """`app` is the module of the children's Celery application."""

    def __init__(self, *, children: int, app: str, redis_url: str, host: str, port: int) -> None:
        self._app, self._host, self._port = app, host, port
        self._names = [child_name(number) for number in range(1, children + 1)]
        self._living: dict[str, Child] = {}
        self._restarts = {name: Restarts() for name in self._names}
        client = redis.asyncio.Redis.from_url(
            redis_url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 0)
        )
        self._redis = client
        self._leases = Leases(client, family="slot", holder=child_name(0))
        self._end: asyncio.Future[int] | None = None
        self._deaths = Counter("audio_child_deaths_total", "Children that died", ["code"])
        from_zero(self._deaths, (str(-signal.SIGKILL.value),), (str(FAILED),))

    async def run(self) -> int:
        """Supervise until SIGTERM or SIGINT (0), a child's refused configuration (2), or a fault of ours (1)."""
        loop = asyncio.get_running_loop()
        end = self._end = loop.create_future()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._finish, 0)
        runner = await serve_health(self.look, self._host, self._port)
        keeping = {asyncio.create_task(self._keep(name)): name for name in self._names}
        watching = asyncio.create_task(self._watch())
        await asyncio.wait({end, *keeping}, return_when=asyncio.FIRST_COMPLETED)
        if not end.done():
            log.error("A child of the audio worker is not kept any more; all end, to be started again")
            end.set_result(FAILED)
        code: int = end.result()
        watching.cancel()
        await self._stop_children(keeping)
        await runner.cleanup()
        await self._redis.aclose()
        return code

    def look(self) -> list[ChildHealth]:
        """The children as probes see them."""
        return [self._health(name) for name in self._names]

    def _health(self, name: str) -> ChildHealth:
        child = self._living.get(name)
        alive = self._restarts[name].quick_deaths < CRASH_LOOP
        if child is None:
            return ChildHealth(None, alive, ready=False, slots=0, open=0)
        slots, opened = (child.beat.slots, child.beat.open) if child.beat else (0, 0)
        return ChildHealth(child.process.pid, alive, child.ready, slots, opened)

    async def _keep(self, name: str) -> None:
        while not self._stopping():
            try:
                child = self._living[name] = await start_child(name, self._app)
            except OSError as error:  # no process, no descriptor or no memory to be had now
                log.error("A child of the audio worker cannot be started", child=name, error=str(error))
                await asyncio.sleep(self._restarts[name].pause(lived=0))
                continue
            if self._stopping():
                child.signal(signal.SIGTERM)
            code = await child.wait()
            del self._living[name]
            if code == REFUSED:
                self._finish(REFUSED)
                return
            if not self._stopping():
                await self._after_death(name, child, code)

    async def _after_death(self, name: str, child: Child, code: int) -> None:
        lived = time.monotonic() - child.started
        self._deaths.labels(code).inc()
        if FOLDER_VARIABLE in os.environ:
            multiprocess.mark_process_dead(child.process.pid)  # type: ignore[no-untyped-call] # untyped in the library
        log.error("A child of the audio worker died", child=name, code=code, lived_seconds=round(lived, 1))
        await self._give_back(child)
        await asyncio.sleep(self._restarts[name].pause(lived))

    async def _give_back(self, child: Child) -> None:
        if child.beat is None:
            return
        try:
            slots = await self._leases.drop_holder(child.beat.holder)
        except (redis.RedisError, OSError) as error:
            log.warning("A dead child's leases run out by themselves", error=str(error) or type(error).__name__)
        else:
            log.info("A dead child's leases were given back", slots=len(slots))

    async def _watch(self) -> None:
        looked = time.monotonic()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = time.monotonic()
            late, looked = now - looked - LOOK_SECONDS, now
            if late > LATE_SECONDS:
                continue
            for name, child in self._living.items():
                if reason := must_be_replaced(child.beat, child.heard, now):
                    log.error("A child of the audio worker is killed", child=name, reason=reason)
                    child.signal(signal.SIGKILL)

    def _stopping(self) -> bool:
        return self._end is not None and self._end.done()

    def _finish(self, code: int) -> None:
        if self._end is not None and not self._end.done():
            self._end.set_result(code)

    async def _stop_children(self, keeping: dict[asyncio.Task[None], str]) -> None:
        """The pipes stay open meanwhile: a child whose beats nobody reads ends at once."""
        for task, name in keeping.items():
            if name in self._living:
                self._living[name].signal(signal.SIGTERM)
            else:
                task.cancel()  # between two lives
        _done, pending = await asyncio.wait(keeping, timeout=STOP_SECONDS)
        if pending:
            log.error("Children did not stop in time and are killed", children=len(pending))
            for child in self._living.values():
                child.signal(signal.SIGKILL)
            await asyncio.wait(keeping)
