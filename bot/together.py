"""Asks for many things in one round trip: what is wanted while an answer is awaited goes together, next."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

from project.spawned import ended

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")

AT_ONCE = 200


class Together(Generic[Key, Answer]):
    """`ask` answers for several keys, in their order; what it raises is raised to all who wanted one of them."""

    def __init__(self, ask: Callable[[Sequence[Key]], Awaitable[Sequence[Answer]]]) -> None:
        self._ask = ask
        self._wanted: dict[Key, asyncio.Future[Answer]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def of(self, key: Key) -> Answer:
        """The answer for one key, asked for no earlier than now."""
        wanted = self._wanted.get(key)
        if wanted is None:
            wanted = self._wanted[key] = asyncio.get_running_loop().create_future()
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._ask_for_all(), name="ask together")
        return await asyncio.shield(wanted)

    async def close(self) -> None:
        """Ask nothing more; whoever still waits must be cancelled, too."""
        if self._asking is not None:
            await ended(self._asking)

    async def _ask_for_all(self) -> None:
        while self._wanted:
            keys = list(self._wanted)[:AT_ONCE]
            futures = [self._wanted.pop(key) for key in keys]
            try:
                answers = await self._ask(keys)
            except Exception as error:
                for future in futures:
                    future.set_exception(error)
                    future.exception()  # whoever wanted it may have been cancelled
                continue
            for future, answer in zip(futures, answers, strict=True):
                future.set_result(answer)
