"""Finds where a member left traces, before the way there is erased."""

from __future__ import annotations

from django.db import connection

from apps.library.models import HistoryEntry, Playlist
from apps.playback.models import Player, QueueEntry


def guilds_of(user_id: int) -> set[int]:
    """Guilds in which the member asked for music, voted, kept something or gave a command. Reads table commands."""
    found: set[int] = set()
    found.update(HistoryEntry.objects.filter(member_id=user_id).values_list("guild_id", flat=True).distinct())
    found.update(Playlist.objects.filter(owner_id=user_id).values_list("guild_id", flat=True))
    found.update(QueueEntry.objects.filter(requester_id=user_id).values_list("guild_id", flat=True).distinct())
    found.update(voted_in(user_id))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT guild_id FROM commands WHERE actor @> jsonb_build_object('user_id', %s::bigint)", [user_id]
        )
        found.update(guild_id for (guild_id,) in cursor.fetchall())
    return found


def voted_in(user_id: int) -> list[int]:
    """Guilds where the member's vote to skip what plays is counted."""
    return list(Player.objects.filter(votes__contains=user_id).values_list("guild_id", flat=True))
