"""What the desk still owes: commands that were published and have no outcome yet, per slot in their order.

kombu loses a message that a dying worker had popped and not yet recorded (TRAPS 22), and several worker processes
start the commands of one guild in any order. So a message is only the bell: what is done comes from the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import redis
import structlog

from project.task_queues import DESK_QUEUE, slot_of
from project.wire import keys
from project.wire.envelope import argument_of
from project.wire.messages import COMMAND_PATIENCE_MS, Command, MalformedMessage, inbound_from_dict

log = structlog.get_logger(__name__)

OWED_MS = 5_000
"""A command without an outcome for so long is rung for again; the gateway's honest word comes after 15 s."""
PROGRESS_MS = 2_000
"""Discord takes five edits of an answer in so long, and a guild's answers wait for one another."""
CLAIM_SECONDS = 25
"""Longer than the task of a command may take."""
GIVEN_UP_MS = 15 * 60_000
"""Then nobody can be told any more, and what cannot be read by now never will be."""


@dataclass(frozen=True, slots=True)
class Owed:
    """An entry of the journal."""

    id: str
    seq: int
    raw: str

    def command(self) -> Command | None:
        """What it asks; None for an order that only a newer process knows."""
        try:
            message = inbound_from_dict(argument_of(self.raw))
        except MalformedMessage as error:
            log.warning("The desk's journal holds what this process cannot read", command=self.id, reason=str(error))
            return None
        return message if isinstance(message, Command) else None

    def age_ms(self, now_ms: int) -> int:
        """Since the gateway got it, on Redis's clock."""
        argument: dict[str, Any] = argument_of(self.raw)
        return now_ms - int(argument.get("deadline_ms") or 0) + COMMAND_PATIENCE_MS


class DeskJournal:
    """Raises redis.RedisError while Redis is away."""

    def __init__(self, client: redis.Redis, slots: int) -> None:
        self._client, self._slots = client, slots

    def before(self, command: Command) -> list[Command]:
        """What the guild is owed that came before `command`, oldest first."""
        entries = self._entries(slot_of(command.guild_id, self._slots))
        mine = next((entry.seq for entry in entries if entry.id == command.id), 0)
        earlier = (entry.command() for entry in entries if entry.seq < mine)
        return [one for one in earlier if one is not None and one.guild_id == command.guild_id]

    def is_overdue(self, command: Command) -> bool:
        """It was rung for again, so an earlier try may have got through."""
        return self._now_ms() - (command.received_ms or 0) >= OWED_MS

    def ring(self, command: Command) -> None:
        """It was done in part: queue it again, behind all who wait."""
        slot = slot_of(command.guild_id, self._slots)
        entry = cast(str | None, self._client.hget(keys.desk_journal(slot), command.id))
        if entry is not None:
            self._client.lpush(DESK_QUEUE, entry.partition("|")[2])

    def may_tell(self, command: Command) -> bool:
        """Whether its member has not just been told how far it is."""
        return bool(self._client.set(keys.desk_told(command.id), "1", nx=True, px=PROGRESS_MS))

    @contextmanager
    def claimed(self, command: Command) -> Iterator[bool]:
        """Whether nobody else is at a part of it. Who dies with it is waited for until CLAIM_SECONDS are over."""
        mine = bool(self._client.set(keys.desk_claim(command.id), "1", nx=True, ex=CLAIM_SECONDS))
        try:
            yield mine
        finally:
            if mine:
                self._client.delete(keys.desk_claim(command.id))

    def strike(self, command: Command) -> None:
        """It has its outcome."""
        self._client.hdel(keys.desk_journal(slot_of(command.guild_id, self._slots)), command.id)

    def ring_again(self) -> int:
        """Queue again what nobody has done in OWED_MS, unless messages wait anyway; how many.

        One that is under way somewhere is done once nevertheless: its id is in table `commands` by then.
        """
        if self._client.llen(DESK_QUEUE):
            return 0
        now_ms = self._now_ms()
        rung = 0
        for slot in self._busy_slots():
            late = [entry for entry in self._entries(slot) if entry.age_ms(now_ms) >= OWED_MS]
            self._give_up(slot, [entry.id for entry in late if entry.age_ms(now_ms) >= GIVEN_UP_MS])
            owed = (entry for entry in late if entry.age_ms(now_ms) < GIVEN_UP_MS)
            if raws := [entry.raw for entry in owed if not self._client.exists(keys.desk_claim(entry.id))]:
                self._client.lpush(DESK_QUEUE, *raws)
                rung += len(raws)
        return rung

    def _give_up(self, slot: int, command_ids: list[str]) -> None:
        if command_ids:
            log.error("Commands were never carried out", commands=command_ids)
            self._client.hdel(keys.desk_journal(slot), *command_ids)

    def _now_ms(self) -> int:
        seconds, micros = self._client.time()
        return seconds * 1000 + micros // 1000

    def _busy_slots(self) -> Iterator[int]:
        with self._client.pipeline(transaction=False) as pipe:
            for slot in range(self._slots):
                pipe.hlen(keys.desk_journal(slot))
            lengths = pipe.execute()
        return (slot for slot, length in enumerate(lengths) if length)

    def _entries(self, slot: int) -> list[Owed]:
        raw = cast(dict[str, str], self._client.hgetall(keys.desk_journal(slot)))
        return sorted(_entries(raw.items()), key=lambda entry: entry.seq)


def _entries(fields: Iterable[tuple[str, str]]) -> Iterator[Owed]:
    for identity, value in fields:
        seq, _, message = value.partition("|")
        yield Owed(identity, int(seq), message)
