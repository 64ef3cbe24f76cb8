"""The journal of a slot: what was published and is not done, so that no dying worker takes a command with it.

kombu loses a message between popping and recording it (TRAPS 22); the journal entry, written together with the LPUSH
and struck out after the reply, is what a queue is rebuilt from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import redis.asyncio

from project.task_queues import slot_queue
from project.wire import keys
from project.wire.messages import READ_TASKS


def _script(name: str) -> str:
    return (Path(__file__).parent / f"journal_{name}.lua").read_text(encoding="utf-8")


class Journal:
    """Every call may raise redis.RedisError or OSError; all are safe to repeat."""

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self._client = client
        self._restore, self._done, self._push_back, self._missing = (
            client.register_script(_script(name)) for name in ("restore", "done", "push_back", "missing")
        )

    async def restore(self, slot: int, busy: Iterable[str] = ()) -> int:
        """Replace the slot's queue by its journal in order, leaving out ids in `busy`; how many are queued now.

        Reads that wait in the queue keep waiting, behind the commands.
        """
        args = [json.dumps(sorted(busy)), json.dumps(READ_TASKS)]
        queued: int = await self._restore(keys=_queue_and_journal(slot), args=args)
        return queued

    async def done(self, slot: int, message_id: str | None, task_id: str) -> bool:
        """Strike out the message that Celery knows as `task_id`; a later one under the same id stays."""
        return bool(await self._done(keys=[keys.journal(slot)], args=[message_id or "", task_id]))

    async def push_back(self, slot: int, message_id: str) -> bool:
        """Queue a message again, in its place, if it is still journalled and not queued."""
        return bool(await self._push_back(keys=_queue_and_journal(slot), args=[message_id]))

    async def entries(self, slots: Iterable[int]) -> list[tuple[int, str]]:
        """(slot, message id) of what is not done in these slots."""
        asked = list(slots)
        pipeline = self._client.pipeline(transaction=False)
        for slot in asked:
            pipeline.hkeys(keys.journal(slot))
        found = zip(asked, await pipeline.execute(), strict=True)
        return [(slot, _text(message_id)) for slot, ids in found for message_id in ids]

    async def missing(self, busy: Mapping[int, Iterable[str]]) -> dict[tuple[int, str], int]:
        """(slot, message id) -> sequence number of what is journalled, but neither queued nor in the slot's `busy`."""
        if not busy:
            return {}
        slots = list(busy)
        found = await self._missing(
            keys=[key for slot in slots for key in _queue_and_journal(slot)],
            args=[json.dumps(sorted(busy[slot])) for slot in slots],
        )
        triples = zip(found[::3], found[1::3], found[2::3], strict=True)
        return {(slots[index], _text(message_id)): seq for index, message_id, seq in triples}


def _queue_and_journal(slot: int) -> list[str]:
    return [slot_queue(slot), keys.journal(slot)]


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
