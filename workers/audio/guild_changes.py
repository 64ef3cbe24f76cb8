"""What of a saved change the API's listeners hear: the player, if it looks different, and the queue, if it does."""

from __future__ import annotations

from msgspec.structs import replace

from project.wire.guild_events import UP_NEXT, PlayerChanged, QueueChanged, SeenEntry
from workers.audio.change_teller import ChangeTeller
from workers.player import filters
from workers.player.effects import Save
from workers.player.guild_player import GuildPlayer
from workers.player.track import Entry


class GuildChanges:
    """One guild's."""

    def __init__(self, teller: ChangeTeller) -> None:
        self._teller = teller
        self._told: PlayerChanged | None = None

    def saved(self, player: GuildPlayer, save: Save) -> None:
        """The player was saved: tell what differs from what was told last."""
        seen = player_seen(player)
        if self._told is None or replace(seen, rev=0, position_at_ms=0) != self._told:
            self._told = replace(seen, rev=0, position_at_ms=0)
            self._teller.tell(player.state.guild_id, seen)
        if save.put or save.removed or save.whole:
            self._teller.tell(player.state.guild_id, queue_seen(player))


def player_seen(player: GuildPlayer) -> PlayerChanged:
    """The player as the API shows it."""
    state = player.state
    return PlayerChanged(
        rev=state.rev,
        current=entry_seen(player.current) if player.current is not None else None,
        position_ms=state.position_ms,
        position_at_ms=state.position_at_ms,
        paused=state.paused,
        stopped_by=state.stopped_by,
        voice_channel_id=str(state.voice_channel_id) if state.voice_channel_id is not None else None,
        volume=state.volume,
        loop=state.loop,
        filters=filters.active(state.filters),
        autoplay=state.autoplay,
        queue_length=len(player.queue),
        rate=filters.speed(state.filters),
        speed=filters.percent(state.filters, "speed"),
        pitch=filters.percent(state.filters, "pitch"),
        equalizer={str(band): gain for band, gain in filters.equalizer(state.filters).items()},
        fair_queue=state.fair_queue,
    )


def queue_seen(player: GuildPlayer) -> QueueChanged:
    """What waits, as the API shows it."""
    queue = player.queue
    return QueueChanged(rev=player.state.rev, length=len(queue), up_next=tuple(map(entry_seen, queue[:UP_NEXT])))


def entry_seen(entry: Entry) -> SeenEntry:
    """An entry as the API shows it."""
    track = entry.track
    return SeenEntry(
        id=entry.id,
        title=track.title,
        author=track.author,
        length_ms=track.length_ms,
        is_stream=track.is_stream,
        uri=track.uri,
        artwork_url=track.artwork_url,
        source=track.source,
        requester_id=str(entry.requester_id),
        requester_name=entry.requester_name,
        added_ms=entry.added_ms,
    )
