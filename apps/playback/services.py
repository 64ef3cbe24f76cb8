"""Writes to players and commands from outside the audio workers: only what no player decides."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db import connection
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from apps.playback.models import Command, PlaybackError, Player, QueueEntry
from apps.playback.scrubbing import scrubbed

ERASED = "privacy.erased"
"""Key of the sentence that stands where an erased member's answer was."""
AT_ONCE = 500
"""Rows per statement, so that no player waits behind a long one."""

_FORGET_COMMANDS = """
UPDATE commands SET actor = jsonb_build_object('kind', actor->'kind', 'user_id', 0),
  outcome = jsonb_build_object('type', 'said', 'key', %(key)s::text)
WHERE id IN (SELECT id FROM commands WHERE actor @> jsonb_build_object('user_id', %(user)s::bigint) LIMIT %(many)s)
"""
_FORGET_VOTES = """
UPDATE players SET votes = (
  SELECT coalesce(jsonb_agg(vote), '[]') FROM jsonb_array_elements(votes) AS vote
  WHERE vote <> to_jsonb(%(user)s::bigint)
) WHERE votes @> to_jsonb(%(user)s::bigint)
"""


def member_anonymise(*, user_id: int, guild_ids: Collection[int]) -> int:
    """Take a member out of queues, votes and commands; what stays is nobody's. How many rows. Twice is harmless.

    That a command was carried out stays known, or it could happen twice. Players that are in memory hold the member
    still: they have to be told as well (apps.privacy.live).
    """
    total: int = QueueEntry.objects.filter(requester_id=user_id).update(requester_id=0, requester_name="")
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_VOTES, {"user": user_id})
        total += cursor.rowcount
        while True:
            cursor.execute(_FORGET_COMMANDS, {"user": user_id, "key": ERASED, "many": AT_ONCE})
            total += cursor.rowcount
            if cursor.rowcount < AT_ONCE:
                break
    return total + _scrub_outcomes(user_id, guild_ids)


def guild_commands_forget(*, guild_id: int) -> int:
    """Forget a guild's commands and errors of playing, in short statements; how many rows.

    Only when none of the commands can come again any more.
    """
    return _delete_in_parts(Command.objects.filter(guild_id=guild_id)) + _delete_in_parts(
        PlaybackError.objects.filter(guild_id=guild_id)
    )


def guild_player_forget(*, guild_id: int) -> int:
    """Forget a guild's player with its track queue, when none is in an audio worker's memory; how many rows."""
    entries, _ = QueueEntry.objects.filter(guild_id=guild_id).delete()
    players, _ = Player.objects.filter(guild_id=guild_id).delete()
    return entries + players


def _delete_in_parts(rows: QuerySet[Command] | QuerySet[PlaybackError]) -> int:
    total = 0
    while True:
        part: list[Any] = list(rows.values_list("pk", flat=True)[:AT_ONCE])
        total += rows.filter(pk__in=part).delete()[0]
        if len(part) < AT_ONCE:
            return total


def _scrub_outcomes(user_id: int, guild_ids: Collection[int]) -> int:
    """Answers to others that name the member: who asked for the track that was skipped."""
    changed = []
    for row in _naming(user_id, guild_ids):
        row.outcome = scrubbed(row.outcome, user_id)
        changed.append(row)
    Command.objects.bulk_update(changed, ["outcome"], batch_size=AT_ONCE)
    return len(changed)


def _naming(user_id: int, guild_ids: Collection[int]) -> Iterator[Command]:
    words = Command.objects.annotate(words=Cast("outcome", TextField()))
    return words.filter(guild_id__in=guild_ids, words__regex=rf"\m{user_id}\M").only("id", "outcome").iterator(AT_ONCE)
