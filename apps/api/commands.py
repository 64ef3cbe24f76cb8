"""Has a guild's player (or the desk) carry out an order: publish it once, wait a moment for its outcome."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Any, cast

import msgspec
import redis
import structlog

from apps.accounts.selectors import Caller
from apps.api.database import give_back_connection
from apps.api.problems import Problem
from apps.api.redis_clients import BLOCK_SECONDS, client, waiting_client
from apps.playback.selectors import command_get
from project import settings, tracing
from project.celery import app
from project.wire import keys
from project.wire.messages import COMMAND_PATIENCE_MS, Actor, Command, Ended, Order
from project.wire.publish import NotPublished, SideWrites, SyncPublisher, is_read, publication

log = structlog.get_logger(__name__)

ASKED_SECONDS = 15 * 60
"""How long a command that has no outcome yet can be asked for."""
REFUSALS = frozenset({"refused", "denied"})
"""Outcomes after which nothing has changed."""

_publisher = SyncPublisher(client)


@dataclass(frozen=True, slots=True)
class Asked:
    """A command and, if it came in time, its outcome."""

    command_id: str
    ended: Ended | None


def carry_out(
    caller: Caller, guild_id: int, order: Order, *, command_id: str | None = None, voice_channel_id: int | None = None
) -> Asked:
    """Give the order and wait for its outcome; a `command_id` that was done before gives the same one again.

    Raises Problem where it could not be queued: then it never runs.
    """
    actor = Actor(kind="token", user_id=caller.user_id, name=caller.name, voice_channel_id=voice_channel_id)
    return carry_out_as(actor, guild_id, order, command_id=command_id)


def carry_out_as(actor: Actor, guild_id: int, order: Order, *, command_id: str | None = None) -> Asked:
    """The same in anybody's name."""
    identity = command_id or str(uuid.uuid4())
    known = None if command_id is None else outcome_of(identity, [guild_id])
    if known is None:
        began = time.monotonic()
        with tracing.part(identity, "publish", order=str(order.__struct_config__.tag)):
            _publish(_command(actor, guild_id, order, identity))
        known = _wait(identity)
        tracing.whole(identity, "api command", time.monotonic() - began)
    return Asked(identity, known)


def outcome_of(command_id: str, guild_ids: list[int]) -> Ended | None:
    """How a command in one of these guilds ended, as far as known."""
    fresh = _fresh(command_id)
    if fresh is not None:
        return fresh if fresh.guild_id in guild_ids else None
    done = command_get(command_id, guild_ids)
    if done is None:
        return None
    error = done.outcome.get("type") in REFUSALS
    return Ended(command_id=done.id, guild_id=done.guild_id, outcome=done.outcome, error=error)


def is_pending(command_id: str, guild_ids: list[int]) -> bool:
    """Whether it was asked for in one of these guilds lately; raises redis.RedisError."""
    guild_id = client.get(keys.asked(command_id))
    return guild_id is not None and int(cast(str, guild_id)) in guild_ids


def _command(actor: Actor, guild_id: int, order: Order, identity: str) -> Command:
    now_ms = _publisher.now_ms()
    return Command(
        id=identity,
        guild_id=guild_id,
        order=order,
        actor=actor,
        issued_ms=now_ms,
        deadline_ms=now_ms + COMMAND_PATIENCE_MS,
        trace_id=identity,
    )


def _publish(command: Command) -> None:
    asked = () if is_read(command) else ((keys.asked(command.id), str(command.guild_id), ASKED_SECONDS),)
    run = publication(app, command, slots=settings.SLOTS, deadline_ms=command.deadline_ms, side=SideWrites(set=asked))
    try:
        _publisher.publish(run)
    except NotPublished as error:
        log.warning("A command of the API could not be queued", command=command.id, reason=str(error))
        detail = "The order could not be queued and will not be carried out. Please try again."
        raise Problem(503, "not_queued", detail, retry_after=1) from error


def _wait(command_id: str) -> Ended | None:
    """The outcome, which stays where it is for whoever asks again; None if it did not come within BLOCK_SECONDS."""
    give_back_connection()  # many may wait here, and PostgreSQL has connections for few
    key, until = keys.outcome(command_id), time.monotonic() + BLOCK_SECONDS
    try:
        raw = waiting_client.blmove(key, key, BLOCK_SECONDS, "LEFT", "LEFT")
    except (redis.RedisError, OSError) as error:
        log.warning("An outcome could not be awaited", command=command_id, reason=type(error).__name__)
        time.sleep(max(0.0, min(0.2, until - time.monotonic())))
        return None
    return None if raw is None else msgspec.json.decode(cast(str, raw), type=Ended)


def _fresh(command_id: str) -> Ended | None:
    try:
        raw: Any = client.lindex(keys.outcome(command_id), 0)
    except (redis.RedisError, OSError) as error:
        log.info("An outcome is read from PostgreSQL", command=command_id, reason=type(error).__name__)
        return None
    return None if raw is None else msgspec.json.decode(raw, type=Ended)
