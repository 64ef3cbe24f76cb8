"""A bare Redis pub/sub hop between two processes: the yardstick for everything that passes through Redis."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any

import redis.asyncio

from tests.bench.pacing import at_moments
from tests.bench.partner import Partner, answer_all

CHANNEL = "bench:hop"


async def measure(partner: Partner, client: redis.asyncio.Redis, moments: list[float]) -> list[float]:
    """Milliseconds from before PUBLISH here to the message there, one per moment."""
    await partner.ask("start")

    async def publish(_number: int) -> None:
        await client.publish(CHANNEL, repr(time.monotonic()))

    await at_moments(moments, publish)
    await asyncio.sleep(0.1)
    hops: list[float] = (await partner.ask("stop"))["hops_ms"]
    return hops


async def _main() -> None:
    """The listening process; the monotonic clock is one for all processes of a machine."""
    client = redis.asyncio.Redis.from_url(os.environ["REDIS_URL"])
    hops: list[float] = []
    async with client.pubsub(ignore_subscribe_messages=True) as listener:
        await listener.subscribe(CHANNEL)

        def note(message: dict[str, Any]) -> None:
            hops.append((time.monotonic() - float(message["data"])) * 1000)

        async def listen() -> None:
            async for message in listener.listen():
                note(message)

        async def start(_question: dict[str, Any]) -> dict[str, Any]:
            hops.clear()
            return {}

        async def stop(_question: dict[str, Any]) -> dict[str, Any]:
            return {"hops_ms": hops}

        listening = asyncio.create_task(listen())
        await answer_all({"start": start, "stop": stop})
        listening.cancel()


if __name__ == "__main__":
    asyncio.run(_main())
