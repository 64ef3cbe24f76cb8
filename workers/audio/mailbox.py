"""One guild's letters in arrival order: one is done with before the next is opened, and none stops the rest."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

from project import tracing
from project.spawned import ended
from project.wire.messages import Command
from workers.audio.counted import MAILBOX_SECONDS
from workers.ports import Fenced

log = structlog.get_logger()

Letter = TypeVar("Letter")
Done = asyncio.Future[str]


class Mailbox(Generic[Letter]):
    """`take` handles a letter. Fenced from it empties the box; any other failure goes to `failed`, and on it goes."""

    def __init__(
        self,
        take: Callable[[Letter], Awaitable[None]],
        *,
        failed: Callable[[Letter], None],
        fenced: Callable[[Fenced], None],
        empty: Callable[[], None],
    ) -> None:
        self._take, self._failed, self._fenced, self._empty = take, failed, fenced, empty
        self._letters: deque[tuple[Letter, Done | None, float]] = deque()
        self._serving: asyncio.Task[None] | None = None
        self._closed: Fenced | None = None

    @property
    def quiet(self) -> bool:
        """Nothing waits and nothing is being handled."""
        return not self._letters and (self._serving is None or self._serving.done())

    def post(self, letter: Letter, done: Done | None = None, *, first: bool = False) -> None:
        """Put a letter in, at the end or before all others; `done` is settled when it was handled."""
        if self._closed is not None:
            _settle(done, self._closed)
            return
        if first:
            self._letters.appendleft((letter, done, time.monotonic()))
        else:
            self._letters.append((letter, done, time.monotonic()))
        if self._serving is None or self._serving.done():
            self._serving = asyncio.create_task(self._serve())

    async def close(self, why: Fenced) -> None:
        """Stop at once and for good; whoever waits for a letter hears `why`."""
        self._closed = why
        if self._serving is not None:
            await ended(self._serving)
        self.give_back(why)

    def give_back(self, why: Fenced) -> None:
        """Empty the box."""
        while self._letters:
            _settle(self._letters.popleft()[1], why)

    async def _serve(self) -> None:
        while self._letters:
            letter, done, posted = self._letters.popleft()
            try:
                with tracing.part(_command_of(letter), "player", letter=type(letter).__name__):
                    await self._take(letter)
            except Fenced as error:
                _settle(done, error)
                self._fenced(error)
                self.give_back(error)
                return
            except asyncio.CancelledError:
                _settle(done, self._closed or Fenced("the guild was given up"))
                raise
            except Exception:
                log.exception("A letter could not be handled", letter=type(letter).__name__)
                self._failed(letter)
            MAILBOX_SECONDS.observe(time.monotonic() - posted)
            if done is not None and not done.done():
                done.set_result("taken")
        self._empty()


def _command_of(letter: object) -> str | None:
    """What a letter belongs to, if to a command."""
    return letter.id if isinstance(letter, Command) else getattr(letter, "command_id", None)


def _settle(done: Done | None, error: Fenced) -> None:
    if done is not None and not done.done():
        done.set_exception(error)
