"""Shows slots and nodes in Redis, for the people who watch them; whatever is not renewed expires."""

from __future__ import annotations

from collections.abc import Mapping

import redis
import redis.asyncio

from project.wire import keys
from project.wire.fleet_reports import REPORT_EXPIRES, NodeReport, SlotReport
from project.wire.messages import to_json
from workers.ports import Away

NODES_EXPIRE = 86_400
"""s; which nodes are of today their reports say."""


class RedisFleetBoard:
    """Implements workers.staff_ports.FleetBoard."""

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self._client = client

    async def show(
        self,
        slots: Mapping[int, SlotReport],
        elsewhere: Mapping[int, Mapping[int, str]],
        nodes: Mapping[str, NodeReport],
        known: Mapping[str, int],
    ) -> None:
        """See staff_ports.FleetBoard."""
        try:
            async with self._client.pipeline(transaction=True) as pipe:
                for slot, report in slots.items():
                    pipe.set(keys.slot_report(slot), to_json(report), ex=REPORT_EXPIRES)
                    pipe.delete(keys.slot_elsewhere(slot))
                    if away := elsewhere.get(slot):
                        pipe.hset(keys.slot_elsewhere(slot), mapping={str(guild): node for guild, node in away.items()})
                        pipe.expire(keys.slot_elsewhere(slot), REPORT_EXPIRES)
                for name, told in nodes.items():
                    pipe.hset(keys.NODE_REPORTS, name, to_json(told))
                    pipe.expire(keys.NODE_REPORTS, NODES_EXPIRE)
                if known:
                    pipe.zadd(keys.NODES_KNOWN, dict(known))
                    pipe.expire(keys.NODES_KNOWN, NODES_EXPIRE)
                await pipe.execute()
        except (redis.RedisError, OSError) as error:
            raise Away(f"Redis is away: {type(error).__name__}") from error
