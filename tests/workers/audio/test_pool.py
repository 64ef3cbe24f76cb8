"""The pool starts tasks in the order of their arrival and survives whatever a task does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from billiard.einfo import ExceptionInfo
from celery.exceptions import Ignore, SoftTimeLimitExceeded

from workers.audio import pool as pool_module
from workers.audio.pool import AudioPool, await_


class Outcomes:
    """What Celery's callbacks were told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []
        self._changed = threading.Condition()

    def told_of(self, what: str) -> Callable[..., None]:
        def callback(*args: Any) -> None:
            with self._changed:
                self.told.append((what, args[0]))
                self._changed.notify_all()

        return callback

    def wait(self, what: str, count: int = 1) -> list[Any]:
        def found() -> list[Any]:
            return [value for kind, value in self.told if kind == what]

        with self._changed:
            assert self._changed.wait_for(lambda: len(found()) >= count, 10)
        return found()


@pytest.fixture
def outcomes() -> Outcomes:
    return Outcomes()


@pytest.fixture
def pool() -> Iterator[AudioPool]:
    pool = AudioPool(8)
    pool.start()
    yield pool
    pool.stop()
    pool.loop.close()


def apply(pool: AudioPool, outcomes: Outcomes, target: Callable[..., Any], *args: Any, **options: Any) -> None:
    pool.on_apply(
        target,
        args,
        callback=outcomes.told_of("succeeded"),
        accept_callback=outcomes.told_of("accepted"),
        error_callback=outcomes.told_of("failed"),
        **options,
    )


def test_tasks_run_to_their_first_suspension_in_order_of_arrival(pool: AudioPool, outcomes: Outcomes) -> None:
    order: list[int] = []

    async def work(number: int) -> int:
        order.append(number)
        await asyncio.sleep(0.001 * (50 - number))
        return number

    for number in range(50):
        apply(pool, outcomes, lambda n=number: await_(work(n)))
    results = outcomes.wait("succeeded", 50)
    assert order == list(range(50))
    assert sorted(results) == list(range(50))


def test_a_task_may_await_more_than_once(pool: AudioPool, outcomes: Outcomes) -> None:
    async def plus_one(number: int) -> int:
        await asyncio.sleep(0)
        return number + 1

    apply(pool, outcomes, lambda: await_(plus_one(await_(plus_one(1)))))
    assert outcomes.wait("succeeded") == [3]


def test_errors_reach_the_task(pool: AudioPool, outcomes: Outcomes) -> None:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise LookupError("nothing there")

    def task() -> str:
        try:
            await_(fail())
        except LookupError as error:
            return str(error)
        return "no error"

    apply(pool, outcomes, task)
    assert outcomes.wait("succeeded") == ["nothing there"]


def test_an_error_of_the_tracer_stops_nothing(pool: AudioPool, outcomes: Outcomes) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    apply(pool, outcomes, broken)
    apply(pool, outcomes, lambda: "next")
    (failure,) = outcomes.wait("failed")
    assert isinstance(failure, ExceptionInfo)
    assert outcomes.wait("succeeded") == ["next"]


def test_terminate_cancels_at_the_present_await(pool: AudioPool, outcomes: Outcomes) -> None:
    cancelled = threading.Event()

    async def wait_for_ever() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    def task() -> str:
        try:
            await_(wait_for_ever())
        except Ignore as error:
            return f"ignored: {error}"
        return "ended"

    apply(pool, outcomes, task)
    (number,) = outcomes.wait("accepted")
    pool.terminate_job(number)
    assert outcomes.wait("succeeded") == ["ignored: terminated"]
    assert cancelled.is_set()


def test_a_soft_limit_can_be_handled_with_another_await(pool: AudioPool, outcomes: Outcomes) -> None:
    def task() -> str:
        try:
            await_(asyncio.sleep(60))
        except SoftTimeLimitExceeded:
            await_(asyncio.sleep(0.01))
            return "limited"
        return "ended"

    apply(pool, outcomes, task, soft_timeout=0.05)
    assert outcomes.wait("succeeded") == ["limited"]


def test_a_timeout_of_the_tasks_own_is_no_soft_limit(pool: AudioPool, outcomes: Outcomes) -> None:
    def task() -> str:
        try:
            await_(asyncio.wait_for(asyncio.sleep(60), 0.01))
        except TimeoutError:
            return "timed out"
        return "ended"

    apply(pool, outcomes, task, soft_timeout=60)
    assert outcomes.wait("succeeded") == ["timed out"]


def test_stop_begins_what_was_taken_over_runs_the_hooks_and_finishes_it(
    outcomes: Outcomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []

    async def work() -> None:
        order.append("task begins")
        await asyncio.sleep(0.05)
        order.append("task ends")

    async def hook() -> None:
        order.append("hook")

    monkeypatch.setattr(pool_module, "DRAINED", [hook])
    pool = AudioPool(8)
    pool.start()
    apply(pool, outcomes, lambda: await_(work()))
    pool.stop()
    pool.loop.close()
    assert order == ["task begins", "hook", "task ends"]
    assert outcomes.wait("succeeded") == [None]


def test_stop_leaves_what_never_ends(outcomes: Outcomes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "LEFT_SECONDS", 0.05)
    handed_over = threading.Event()
    began = threading.Event()
    never: list[asyncio.Event] = []

    async def never_ends() -> None:
        never.append(asyncio.Event())
        began.set()
        await never[0].wait()

    async def hook() -> None:
        handed_over.set()

    monkeypatch.setattr(pool_module, "DRAINED", [hook])
    pool = AudioPool(8)
    pool.start()
    apply(pool, outcomes, lambda: await_(never_ends()))
    assert began.wait(10)
    pool.stop()
    assert handed_over.is_set()
    assert [kind for kind, _value in outcomes.told] == ["accepted"]
    pool.loop.call_soon(never[0].set)
    pool.loop.run_until_complete(asyncio.wait_for(asyncio.gather(*asyncio.all_tasks(pool.loop)), 10))
    pool.loop.close()


def test_await_outside_a_task_is_refused() -> None:
    nothing = asyncio.sleep(0)
    with pytest.raises(RuntimeError, match="only inside a task"):
        await_(nothing)
    nothing.close()


def test_info_for_inspect(pool: AudioPool) -> None:
    assert pool.info["max-concurrency"] == 8
    assert pool.info["running"] == 0
