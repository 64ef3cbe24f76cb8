"""Acts at given moments whether or not earlier acts are done: a queue that forms is then seen, not avoided."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from tests.bench.samples import Samples


async def at_moments(moments: Sequence[float], act: Callable[[int], Awaitable[None]]) -> Samples:
    """Call `act(number)` at each moment (seconds from now); returns when all are done. The first failure is raised.

    The answer is the milliseconds by which each began too late: the generator must not be the bottleneck.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    late = Samples("lateness of the generator")
    async with asyncio.TaskGroup() as acts:
        for number, moment in enumerate(moments):
            await asyncio.sleep(max(0.0, began + moment - loop.time()))
            late.add([(loop.time() - began - moment) * 1000])
            acts.create_task(_run(act, number))
    return late


async def _run(act: Callable[[int], Awaitable[None]], number: int) -> None:
    await act(number)
