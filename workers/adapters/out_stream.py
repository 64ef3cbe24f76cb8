"""The way from a worker to Discord: one capped Redis stream per gateway shard."""

from __future__ import annotations

import time

import redis
import redis.asyncio

from project import tracing
from project.task_queues import shard_of
from project.wire import keys
from project.wire.messages import Ended, Outbound, to_json
from workers.adapters.store_metrics import OUT_SECONDS
from workers.ports import Away


class RedisOutStream:
    """Implements workers.ports.OutStream."""

    def __init__(self, client: redis.asyncio.Redis, *, shards: int) -> None:
        self._client = client
        self._shards = shards

    async def send(self, message: Outbound | Ended) -> None:
        """See ports.OutStream."""
        began, answer = time.monotonic(), "ok"
        try:
            with tracing.part(getattr(message, "command_id", None), "reply", kind=type(message).__name__):
                if isinstance(message, Ended):
                    await self._tell_program(message)
                else:
                    await self._tell_gateway(message)
        except (redis.RedisError, OSError) as error:
            answer = "away"
            raise Away(f"Redis is away: {type(error).__name__}") from error
        finally:
            OUT_SECONDS.labels(answer).observe(time.monotonic() - began)

    async def _tell_gateway(self, message: Outbound) -> None:
        stream = keys.shard_out(shard_of(message.guild_id, self._shards))
        await self._client.xadd(stream, {keys.OUT_FIELD: to_json(message)}, maxlen=keys.OUT_LENGTH, approximate=True)

    async def _tell_program(self, ended: Ended) -> None:
        async with self._client.pipeline(transaction=True) as pipe:
            pipe.rpush(keys.outcome(ended.command_id), to_json(ended))
            pipe.expire(keys.outcome(ended.command_id), keys.OUTCOME_SECONDS)
            await pipe.execute()
