"""Reads of players, queues and commands, in the form in which the API shows them.

What staff see besides is in `live.py` (one guild) and `fleet.py` (slots and nodes).
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from apps.playback.models import Command, Player, QueueEntry
from project.wire.guild_events import UP_NEXT, PlayerChanged, QueueChanged, SeenEntry
from project.wire.tuning import playing_rate

TRACK_FIELDS = ("title", "author", "length_ms", "is_stream", "uri", "artwork_url", "source")


def player_seen(guild_id: int) -> PlayerChanged:
    """The guild's player; one that never played anything is silent and empty."""
    player = Player.objects.filter(guild_id=guild_id).first() or Player(guild_id=guild_id, **NEVER_PLAYED)
    current = None
    if player.current_entry is not None:
        current = QueueEntry.objects.filter(guild_id=guild_id, entry=player.current_entry).first()
    return PlayerChanged(
        rev=player.rev,
        current=entry_seen(current) if current is not None else None,
        position_ms=player.position_ms,
        position_at_ms=player.position_at_ms,
        paused=player.paused,
        stopped_by=player.stopped_by,
        voice_channel_id=None if player.voice_channel_id is None else str(player.voice_channel_id),
        volume=player.volume,
        loop=player.loop,
        filters=tuple(player.filters.get("presets", ())),
        autoplay=player.autoplay,
        queue_length=queue_of(guild_id).count(),
        rate=playing_rate(player.filters),
        speed=player.filters.get("speed", 100),
        pitch=player.filters.get("pitch", 100),
        equalizer=player.filters.get("equalizer", {}),
        fair_queue=player.fair_queue,
    )


NEVER_PLAYED: dict[str, Any] = {
    "rev": 0,
    "position_ms": 0,
    "position_at_ms": 0,
    "paused": False,
    "volume": 100,
    "loop": "off",
    "filters": {},
    "autoplay": "off",
    "fair_queue": False,
}
"""What the database would fill in."""


def queue_seen(guild_id: int) -> QueueChanged:
    """What waits, as a change of the queue tells it."""
    rows = queue_of(guild_id)
    rev = Player.objects.filter(guild_id=guild_id).values_list("rev", flat=True).first() or 0
    return QueueChanged(rev=rev, length=rows.count(), up_next=tuple(map(entry_seen, rows[:UP_NEXT])))


def queue_of(guild_id: int) -> QuerySet[QueueEntry]:
    """What waits, in order."""
    return QueueEntry.objects.filter(guild_id=guild_id, status="queued").order_by("rank", "entry")


def queue_after(guild_id: int, rank: int, entry: int) -> QuerySet[QueueEntry]:
    """What waits behind a place."""
    return queue_of(guild_id).filter(Q(rank__gt=rank) | Q(rank=rank, entry__gt=entry))


def queue_position(row: QueueEntry) -> int:
    """At which position (from 1) an entry waits."""
    ahead = Q(rank__lt=row.rank) | Q(rank=row.rank, entry__lt=row.entry)
    return queue_of(row.guild_id).filter(ahead).count() + 1


def entry_seen(row: QueueEntry) -> SeenEntry:
    """An entry as the API shows it."""
    return SeenEntry(
        id=row.entry,
        requester_id=str(row.requester_id),
        requester_name=row.requester_name,
        added_ms=row.added_ms,
        **track_seen(row.track),
    )


def track_seen(track: dict[str, Any]) -> dict[str, Any]:
    """A stored track (workers.player.track.Track) without what only the node understands."""
    blank = {"length_ms": 0, "is_stream": False, "uri": None, "artwork_url": None, "source": ""}
    return {**blank, **{name: track[name] for name in TRACK_FIELDS if name in track}}


def command_get(command_id: str, guild_ids: list[int]) -> Command | None:
    """A command that was carried out in one of these guilds."""
    return Command.objects.filter(id=command_id, guild_id__in=guild_ids).first()
