"""Acts at given moments whether or not earlier acts are done: a queue that forms is then seen, not avoided."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tests.bench.samples import Samples


@dataclass(frozen=True, slots=True)
class Paced:
    """How well the moments were kept, and what keeping them cost."""

    late: Samples
    """Milliseconds by which acts began too late: the generator must not be the bottleneck."""
    core_share: float


async def at_moments(moments: Sequence[float], act: Callable[[int], Awaitable[None]]) -> Paced:
    """Call `act(number)` at each moment (seconds from now); returns when all are done. The first failure is raised."""
    loop = asyncio.get_running_loop()
    began, wall, used = loop.time(), time.monotonic(), time.process_time()
    late = Samples("lateness of the generator")
    async with asyncio.TaskGroup() as acts:
        for number, moment in enumerate(moments):
            await asyncio.sleep(max(0.0, began + moment - loop.time()))
            late.add([(loop.time() - began - moment) * 1000])
            acts.create_task(_run(act, number))
    return Paced(late, (time.process_time() - used) / (time.monotonic() - wall))


async def _run(act: Callable[[int], Awaitable[None]], number: int) -> None:
    await act(number)
