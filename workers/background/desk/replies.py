"""The desk's answers: by the out-stream to Discord, or to the API that waits for them."""

from __future__ import annotations

import time
from collections.abc import Iterable

import redis
import structlog

from project import settings
from project.task_queues import shard_of
from project.wire import keys
from project.wire.messages import Choice, Command, Ended, Outcome, Suggestions, to_json
from workers.screen.desk_endings import DeskEnding, ending_to_json, render_ending
from workers.screen.importing_endings import PlaylistImporting

log = structlog.get_logger(__name__)

TRIES = 3
PAUSE_SECONDS = 0.3


def reply(client: redis.Redis, command: Command, ending: DeskEnding, locale: str) -> None:
    """Answer the command; raises redis.RedisError when Redis stays away."""
    for left in reversed(range(TRIES)):
        try:
            _send(client, command, ending, locale)
        except redis.RedisError:
            if not left:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            log.info("Publishing UI update", command=command.id, guild=command.guild_id, outcome=type(ending).__name__)
            return


def _send(client: redis.Redis, command: Command, ending: DeskEnding, locale: str) -> None:
    screen = render_ending(ending, locale)
    progress = isinstance(ending, PlaylistImporting)
    if command.actor.kind != "member":
        ended = Ended(
            command_id=command.id,
            guild_id=command.guild_id,
            outcome=ending_to_json(ending),
            error=screen.error,
            sentence=screen.payload["content"],
        )
        with client.pipeline() as pipe:
            pipe.rpush(keys.outcome(command.id), to_json(ended))
            pipe.expire(keys.outcome(command.id), keys.OUTCOME_SECONDS)
            pipe.execute()
        return
    outcome = Outcome(
        command_id=command.id,
        guild_id=command.guild_id,
        payload=screen.payload,
        ephemeral=screen.ephemeral,
        error=screen.error,
        files=screen.files,
        progress=progress,
    )
    _to_gateway(client, outcome)


def suggest(client: redis.Redis, command: Command, names: Iterable[str]) -> None:
    """Offer names to a member who types; raises redis.RedisError. Nobody waits for a second try."""
    choices = tuple(Choice(name=name, value=name) for name in names)
    _to_gateway(client, Suggestions(command_id=command.id, guild_id=command.guild_id, choices=choices))


def _to_gateway(client: redis.Redis, message: Outcome | Suggestions) -> None:
    stream = keys.shard_out(shard_of(message.guild_id, settings.DISCORD_SHARDS))
    client.xadd(stream, {keys.OUT_FIELD: to_json(message)}, maxlen=keys.OUT_LENGTH, approximate=True)
