"""Many who want something of Redis share its round trips."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.together import Together


class Slow:
    """Answers when it is let go; notes who was asked for together."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.go = asyncio.Event()
        self.fails = False

    async def __call__(self, keys: Sequence[int]) -> list[str]:
        """The numbers in words."""
        self.asked.append(list(keys))
        await self.go.wait()
        if self.fails:
            raise ConnectionError
        return [f"number {key}" for key in keys]


async def wanting(together: Together[int, str], *keys: int) -> list[asyncio.Task[str]]:
    tasks = [asyncio.create_task(together.of(key)) for key in keys]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


async def test_what_is_wanted_meanwhile_goes_together_next() -> None:
    slow = Slow()
    together = Together(slow)
    first = await wanting(together, 1)
    others = await wanting(together, 2, 3, 2)
    slow.go.set()
    assert await asyncio.gather(*first, *others) == ["number 1", "number 2", "number 3", "number 2"]
    assert slow.asked == [[1], [2, 3]]


async def test_what_is_wanted_while_it_is_asked_for_is_asked_for_again() -> None:
    slow = Slow()
    together = Together(slow)
    tasks = await wanting(together, 1)
    tasks += await wanting(together, 1)
    slow.go.set()
    await asyncio.gather(*tasks)
    assert slow.asked == [[1], [1]]


async def test_all_who_wanted_it_hear_of_a_failure_and_the_next_are_answered() -> None:
    slow = Slow()
    together = Together(slow)
    slow.fails = True
    slow.go.set()
    for task in await wanting(together, 1, 2):
        with pytest.raises(ConnectionError):
            await task
    slow.fails = False
    assert await together.of(1) == "number 1"


async def test_one_who_gives_up_takes_nothing_from_the_others() -> None:
    slow = Slow()
    together = Together(slow)
    given_up, other = await wanting(together, 1, 2)
    given_up.cancel()
    slow.go.set()
    assert await other == "number 2"
