"""Publishes in the order of the calls, from an event loop: what waits for Redis goes there together, in one run."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import redis
import redis.asyncio

from project.publish_metrics import NOT_PUBLISHED, PUBLISH_SECONDS
from project.spawned import ended
from project.wire.publish import REFUSALS, SCRIPT, NotPublished, Publication, Published, published_all, why

AT_ONCE = 50
"""Messages per run of the script, which keeps Redis busy for some 3 ms then; others must not wait longer for it."""
PAUSE_SECONDS = 0.05
"""After an attempt that failed."""


class RedisClock:
    """Redis's clock, estimated from the answers of the script; never read from this machine's wall clock."""

    def __init__(self) -> None:
        self._offset_ms: float | None = None

    def seen(self, redis_ms: int) -> None:
        """Note what Redis's clock showed just now."""
        self._offset_ms = redis_ms - time.monotonic() * 1000

    @property
    def known(self) -> bool:
        """Whether Redis has been seen at all."""
        return self._offset_ms is not None

    def now_ms(self) -> int:
        """Redis's time in ms since 1970; this machine's own until Redis was seen."""
        if self._offset_ms is None:
            return int(time.time() * 1000)
        return int(self._offset_ms + time.monotonic() * 1000)


@dataclass(slots=True, eq=False)
class _Waiting:
    """One message on its way."""

    run: Publication
    done: asyncio.Future[Published]
    reason: Exception | None = field(default=None)
    """Why the last attempt failed; it may have been carried out all the same."""
    asked_late: bool = field(default=False)


class Publisher:
    """One FIFO and one run of the script at a time (MULTIs over a pool came out of order).

    A run that was not answered is sent again with everything in it, and what has come since behind it: whichever of
    the runs Redis carries out first, and if it is all of them, each message is taken for the first time after those
    before it. `client` must have `socket_timeout=ATTEMPT_SECONDS` and no retries of its own.
    """

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self._script = client.register_script(SCRIPT)
        self._line: deque[_Waiting] = deque()
        self._sending: asyncio.Task[None] | None = None
        self._at_once = AT_ONCE
        """1 after Redis refused a run, so that a message which it cannot take holds up nobody but those behind it."""
        self.clock = RedisClock()

    async def publish(self, run: Publication) -> Published:
        """Send `run` until Redis answers or its deadline has passed; raises NotPublished.

        A command whose last answer was lost is asked about once more after the deadline, when it cannot be queued any
        more. Without a deadline it is sent until it is taken: voice events and mirrors must not be lost.
        """
        began, verdict = time.monotonic(), NOT_PUBLISHED
        waiting = _Waiting(run, asyncio.get_running_loop().create_future(), asked_late=not run.once)
        self._line.append(waiting)
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send_line(), name="publish")
        try:
            published = await waiting.done
            verdict = published.verdict
        finally:
            PUBLISH_SECONDS.labels(verdict).observe(time.monotonic() - began)
        return published

    async def close(self) -> None:
        """Send nothing more; whoever still waits must be cancelled, too."""
        if self._sending is not None:
            await ended(self._sending)

    async def _send_line(self) -> None:
        while self._line:
            batch = self._next()
            if not batch:
                continue
            try:
                answers = await self._send([waiting.run for waiting in batch])
            except (redis.RedisError, OSError) as error:
                for waiting in batch:
                    waiting.reason = error
                self._at_once = 1 if isinstance(error, redis.ResponseError) else AT_ONCE
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            self._at_once = AT_ONCE
            for waiting, answer in zip(batch, answers, strict=True):
                self._line.popleft()
                _settle(waiting.done, answer)

    async def _send(self, runs: list[Publication]) -> list[Published]:
        answer: Any = await self._script(
            keys=[key for run in runs for key in run.keys], args=[arg for run in runs for arg in run.args]
        )
        answers = published_all(answer)
        self.clock.seen(answers[0].redis_ms)
        return answers

    def _next(self) -> list[_Waiting]:
        """The head of the line, without those that nobody waits for and those whose time is over."""
        seen = min(self._at_once, len(self._line))
        kept = [waiting for waiting in islice(self._line, seen) if self._is_due(waiting)]
        for _ in range(seen):
            self._line.popleft()
        self._line.extendleft(reversed(kept))
        return kept

    def _is_due(self, waiting: _Waiting) -> bool:
        if waiting.done.done():
            return False
        if self._over(waiting):
            if waiting.asked_late or waiting.reason is None:
                error = NotPublished(why(waiting.reason))
                error.__cause__ = waiting.reason
                waiting.done.set_exception(error)
                return False
            waiting.asked_late = True
        return True

    def _over(self, waiting: _Waiting) -> bool:
        """Whether the deadline has passed; the first attempt is made even where Redis's clock is not known."""
        deadline_ms = waiting.run.deadline_ms
        if not deadline_ms or (waiting.reason is None and not self.clock.known):
            return False
        return self.clock.now_ms() > deadline_ms


def _settle(done: asyncio.Future[Published], answer: Published) -> None:
    if done.done():
        return  # whoever waited was cancelled
    if answer.verdict in REFUSALS:
        done.set_exception(NotPublished(REFUSALS[answer.verdict]))
    else:
        done.set_result(answer)
