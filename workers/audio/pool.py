"""The Celery pool of the audio worker: one asyncio loop on which tasks start in the order of their arrival.

Celery's tracer runs unmodified, in one greenlet per task, so that states, run times, revoke, limits and `inspect` work;
`await_` inside a task gives the loop an awaitable and continues with its result. There is no mailbox here: a task runs
until its first real suspension before the next one starts, and by then has handed its order to its guild's actor.

Celery's callbacks (acknowledge, events) talk to Redis with blocking calls, so they run in their own order in a thread
of their own: a hung Redis must not stop the loop that serves players.
"""

from __future__ import annotations

import asyncio
import contextvars
import itertools
import os
import queue
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import greenlet
import structlog
from billiard.einfo import ExceptionInfo
from celery.concurrency.base import BasePool, apply_target
from celery.exceptions import Ignore, SoftTimeLimitExceeded

log = structlog.get_logger()

T = TypeVar("T")
Hook = Callable[[], Coroutine[Any, Any, None]]

STARTED: list[Hook] = []
"""Run on the loop as soon as it exists, each as a task of its own."""
DRAINED: list[Hook] = []
"""Run on the loop at a warm shutdown, one after the other; no task starts any more, some may still run."""

LEFT_SECONDS = 2.0
"""Longest wait for tasks that the hooks did not wait for. Their journal entries are the next owner's."""

FIRST_JOB = 1 << 22
"""Jobs are numbered where Celery expects process ids; Linux has none above this."""


class JobGreenlet(greenlet.greenlet):  # type: ignore[misc] # greenlet has no types
    """The greenlet of one task; its parent is the loop's."""


def await_(awaitable: Awaitable[T]) -> T:
    """Wait for `awaitable` from inside a task of this pool, letting the loop go on."""
    current = greenlet.getcurrent()
    if not isinstance(current, JobGreenlet) or current.parent is None:
        raise RuntimeError("await_ works only inside a task of the audio pool")
    result: T = current.parent.switch(awaitable)
    return result


@dataclass(slots=True, eq=False)
class Job:
    """One task as Celery hands it over."""

    number: int
    target: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    succeeded: Callable[..., Any]
    accepted: Callable[..., Any]
    failed: Callable[..., Any]
    soft_limit: float | None
    task: asyncio.Task[None] | None = field(default=None)


class CallbackThread:
    """Runs Celery's callbacks one after the other, away from the loop."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[tuple[Callable[..., Any], tuple[Any, ...]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="audio-pool-callbacks", daemon=True)

    def start(self) -> None:
        """Begin to run callbacks."""
        self._thread.start()

    def call(self, callback: Callable[..., Any] | None, *args: Any) -> None:
        """Run `callback(*args)` after all that was given before; from any thread."""
        if callback is not None:
            self._calls.put((callback, args))

    def stop(self, seconds: float) -> None:
        """Run what was given so far, for at most `seconds`."""
        self._calls.put(None)
        self._thread.join(seconds)

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            callback, args = call
            try:
                callback(*args)
            except BaseException as error:
                log.warning("A callback of Celery failed", error=repr(error))


class AudioPool(BasePool):
    """Named by CELERY_CUSTOM_WORKER_POOL=workers.audio.pool:AudioPool, chosen with `-P custom`."""

    body_can_be_buffer = True
    signal_safe = False
    """stop() waits for tasks, which a signal handler must not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.loop = asyncio.new_event_loop()
        self._numbers = itertools.count(FIRST_JOB)
        self._arrived: deque[Job] = deque()
        self._pump_due = False
        self._jobs: dict[int, Job] = {}
        self._hooks: set[asyncio.Task[None]] = set()
        self._callbacks = CallbackThread()
        self._thread = threading.Thread(target=self._main, name="audio-pool", daemon=True)

    # -- called by Celery on its own threads ---------------------------------------------------------------------------

    def on_start(self) -> None:
        """Start the loop and what belongs to the process's whole life."""
        self._callbacks.start()
        self._thread.start()
        self.loop.call_soon_threadsafe(self._start_hooks)

    def on_apply(
        self,
        target: Callable[..., Any],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
        callback: Any = None,
        accept_callback: Any = None,
        error_callback: Any = None,
        soft_timeout: float | None = None,
        **_options: Any,
    ) -> None:
        """Take a task over; it starts after all that were taken over before."""
        number = next(self._numbers)
        self._arrived.append(
            Job(number, target, args, kwargs or {}, callback, accept_callback, error_callback, soft_timeout)
        )
        if not self._pump_due:
            self._pump_due = True
            self.loop.call_soon_threadsafe(self._pump)

    def terminate_job(self, pid: int, signal: Any = None) -> None:
        """`revoke(terminate=True)`: cancel the task at its present await."""
        self.loop.call_soon_threadsafe(self._cancel, pid)

    def on_stop(self) -> None:
        """Warm shutdown: start all that was taken over, run the DRAINED hooks, and leave what never ends."""
        asyncio.run_coroutine_threadsafe(self._drain(), self.loop).result()
        self._callbacks.stop(2)
        self._stop_loop()

    def on_terminate(self) -> None:
        """Cold shutdown: tasks are abandoned, their journal entries stay."""
        self._stop_loop()

    def _get_info(self) -> dict[str, Any]:
        info: dict[str, Any] = super()._get_info()  # type: ignore[misc] # missing in celery-types
        return {**info, "max-concurrency": self.limit, "processes": [os.getpid()], "running": len(self._jobs)}

    # -- on the loop ---------------------------------------------------------------------------------------------------

    def _main(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def _start_hooks(self) -> None:
        for hook in STARTED:
            self._hooks.add(self.loop.create_task(hook()))

    def _pump(self) -> None:
        self._pump_due = False
        while self._arrived:
            job = self._arrived.popleft()
            self._jobs[job.number] = job
            # asyncio starts tasks in the order of their creation, each up to its first suspension
            job.task = self.loop.create_task(self._serve(job))
            job.task.add_done_callback(partial(self._finished, job.number))

    def _finished(self, number: int, _task: asyncio.Task[None]) -> None:
        del self._jobs[number]

    async def _serve(self, job: Job) -> None:
        try:
            await self._drive(job)
        except BaseException as error:
            log.error("Celery's tracer failed", error=repr(error))
            self._callbacks.call(job.failed, ExceptionInfo())

    async def _drive(self, job: Job) -> None:
        tracer = JobGreenlet(apply_target)
        tracer.gr_context = contextvars.copy_context()
        deadline = self.loop.time() + job.soft_limit if job.soft_limit else None
        wanted = tracer.switch(
            job.target, job.args, job.kwargs, self._later(job.succeeded), self._later(job.accepted), job.number
        )
        while not tracer.dead:
            try:
                async with asyncio.timeout_at(deadline) as limit:
                    result = await wanted
            except asyncio.CancelledError:
                if (task := asyncio.current_task()) is not None:
                    task.uncancel()
                wanted = tracer.throw(Ignore("terminated"))
            except Exception as error:
                if limit.expired():
                    deadline = None  # once; what the task does about it is not limited again
                    wanted = tracer.throw(SoftTimeLimitExceeded(job.soft_limit))
                else:
                    wanted = tracer.throw(error)
            else:
                wanted = tracer.switch(result)

    def _later(self, callback: Callable[..., Any] | None) -> Callable[..., None]:
        return lambda *args: self._callbacks.call(callback, *args)

    def _cancel(self, number: int) -> None:
        job = self._jobs.get(number)
        if job is not None and job.task is not None:
            job.task.cancel()

    async def _drain(self) -> None:
        self._pump()
        await asyncio.sleep(0)  # tasks that came now begin before the hooks
        for hook in DRAINED:
            try:
                await hook()
            except Exception:
                log.exception("A part of the worker did not stop cleanly")
        if running := [job.task for job in self._jobs.values() if job.task is not None]:
            _done, left = await asyncio.wait(running, timeout=LEFT_SECONDS)
            if left:
                log.warning("Tasks are left behind", tasks=len(left))

    def _stop_loop(self) -> None:
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join(5)
