"""A process that was asked to end does."""

from __future__ import annotations

import asyncio
import sys

STUBBORN = """
import asyncio
from bot.last_resort import end_within

async def swallows_cancellations():
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass

async def main():
    task = asyncio.create_task(swallows_cancellations())
    await asyncio.sleep(0)
    end_within(0.2)
    return task

asyncio.run(main())
"""


async def test_a_task_that_never_ends_keeps_no_process_alive() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", STUBBORN, stdout=asyncio.subprocess.DEVNULL)
    try:
        async with asyncio.timeout(30):
            assert await process.wait() == 1
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
