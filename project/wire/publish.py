"""The one way to publish a command or a Discord event: a single Redis script per message, in order, with a deadline.

kombu's own publish blocks an event loop for more than 12 s on a hung Redis, and a MULTI that timed out may still run
after the member was told to try again. The script runs once, in time, or never (DESIGN §3).
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

import redis
from celery import Celery

from project.publish_metrics import NOT_PUBLISHED, PUBLISH_SECONDS
from project.task_queues import DESK_QUEUE, slot_of, slot_queue
from project.wire import keys
from project.wire.envelope import celery_message
from project.wire.messages import (
    COMMAND_PATIENCE_MS as COMMAND_PATIENCE_MS,
)  # also named here: it is a rule of publishing
from project.wire.messages import EVERYWHERE, READS, Command, GuildEvent, Inbound, task_name, to_dict

SCRIPT = (Path(__file__).parent / "publish.lua").read_text(encoding="utf-8")

ATTEMPT_SECONDS = 0.5
"""Longest wait for one run of the script; the same script is then sent again until the deadline."""

Verdict = Literal["accepted", "known", "late", "full", "mirrored"]
REFUSALS: dict[Verdict, str] = {
    "late": "the deadline had passed when Redis answered",
    "full": "too many wait for the same worker already",
}
"""Verdicts after which the message will never run."""


@dataclass(frozen=True)
class SideWrites:
    """Writes that happen together with the message or not at all."""

    hset: tuple[tuple[str, str, str], ...] = ()
    """key, field, value"""
    hdel: tuple[tuple[str, str], ...] = ()
    """key, field"""
    delete: tuple[str, ...] = ()
    """keys, removed before anything is written"""
    set: tuple[tuple[str, str, int], ...] = ()
    """key, value, seconds to live"""
    publish: tuple[tuple[str, str], ...] = ()
    """channel, payload"""

    def to_json(self) -> str:
        """The script's seventh argument; empty lists are left out, Lua reads `{}` for both."""
        parts = {
            "hset": self.hset,
            "hdel": self.hdel,
            "del": self.delete,
            "set": self.set,
            "publish": self.publish,
        }
        return json.dumps({name: writes for name, writes in parts.items() if writes})


NO_WRITES = SideWrites()


@dataclass(frozen=True)
class Published:
    """What the script answered; `redis_ms` is Redis's clock, in ms since 1970."""

    verdict: Verdict
    seq: int
    redis_ms: int


class NotPublished(Exception):
    """The message was not queued and can no longer run: telling the member to try again is true.

    One case remains where it is not: Redis took a command in time, its answer was lost, and Redis was out of reach
    when it was asked once more after the deadline. The command runs then, and its outcome tells so.
    """


@dataclass(frozen=True)
class Publication:
    """One run of the script, ready to be sent as often as needed: the same id is queued once."""

    keys: tuple[str, str, str]
    args: tuple[str | int, ...]
    deadline_ms: int = field(default=0)

    @property
    def once(self) -> bool:
        """Whether the script can still say after the deadline that it had taken the message."""
        return self.args[3] == "once"


def publication(
    app: Celery,
    message: Inbound,
    *,
    slots: int,
    deadline_ms: int = 0,
    side: SideWrites = NO_WRITES,
    always: bool = False,
) -> Publication:
    """The script call that queues `message` for its guild's slot, or for the desk.

    Commands are taken once per id. Of voice events only the latest per guild and kind stays journalled, and those of
    guilds without a player are mirrored through `side` alone, unless `always`: an emptied Redis does not know which
    guilds have a player. Reads are queued without a journal entry: nobody
    minds if one is lost with its worker, the gateway answers "try again".
    """
    slot = slot_of(message.guild_id, slots)
    journal, sequence, queue = keys.journal(slot), keys.sequence(slot), slot_queue(slot)
    if isinstance(message, Command) and message.order.performer == "desk":
        journal, sequence, queue = keys.desk_journal(slot), keys.desk_sequence(slot), DESK_QUEUE
    _, raw = celery_message(app, task_name(message), to_dict(message), queue)
    if isinstance(message, Command):
        identity, mode, only_in = message.id, "read" if is_read(message) else "once", ""
    else:
        everywhere = always or isinstance(message, EVERYWHERE)
        identity, mode, only_in = event_identity(message), "latest", "" if everywhere else keys.PLAYERS_ACTIVE
    accepted = keys.accepted(identity) if mode == "once" else ""
    args = (deadline_ms, identity, raw, mode, only_in, str(message.guild_id), side.to_json(), accepted)
    return Publication((journal, sequence, queue), args, deadline_ms)


def mirror(side: SideWrites, *, deadline_ms: int = 0) -> Publication:
    """A script call that queues nothing and only writes `side`, in order with the messages around it."""
    return Publication(("-", "-", "-"), (deadline_ms, "-", "", "latest", "", "-", side.to_json(), ""), deadline_ms)


def event_identity(event: GuildEvent) -> str:
    """Journal id of an event; a later one of the same guild and kind replaces it."""
    return f"{task_name(event)}:{event.guild_id}"


def is_read(message: Inbound) -> bool:
    """Whether a message changes nothing, so that it is neither recorded nor worth repeating."""
    return isinstance(message, Command) and isinstance(message.order, READS)


def published_all(answer: Any) -> list[Published]:
    """The script's answer as values, one per message."""
    now, *pairs = answer
    words = (word.decode() if isinstance(word, bytes) else word for word in pairs[::2])
    return [Published(cast(Verdict, word), int(seq), int(now)) for word, seq in zip(words, pairs[1::2], strict=True)]


class SyncPublisher:
    """The same script for the API and the admin, which have no event loop of their own."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._script = client.register_script(SCRIPT)

    def now_ms(self) -> int:
        """Redis's time in ms since 1970; raises redis.RedisError."""
        seconds, micros = self._client.time()
        return seconds * 1000 + micros // 1000

    def publish(self, run: Publication) -> Published:
        """Send `run` until Redis answers or its deadline has passed, as Publisher does; raises NotPublished."""
        began, verdict = time.monotonic(), NOT_PUBLISHED
        try:
            published = self._sent(run)
            verdict = published.verdict
        finally:
            PUBLISH_SECONDS.labels(verdict).observe(time.monotonic() - began)
        return published

    def _sent(self, run: Publication) -> Published:
        give_up = time.monotonic() + COMMAND_PATIENCE_MS / 1000
        reason: Exception | None = None
        asked_late = not run.once
        while True:
            over = reason is not None and time.monotonic() > give_up
            if over and asked_late:
                raise NotPublished(why(reason)) from reason
            asked_late = asked_late or over
            try:
                answer = published_all(self._script(keys=list(run.keys), args=list(run.args)))[0]
            except (redis.RedisError, OSError) as error:
                reason = error
                time.sleep(0.05)
                continue
            if answer.verdict in REFUSALS:
                raise NotPublished(REFUSALS[answer.verdict])
            return answer


def why(reason: Exception | None) -> str:
    """A line for the log."""
    if reason is None:
        return "the deadline had passed before Redis could be asked"
    return str(reason) or type(reason).__name__
