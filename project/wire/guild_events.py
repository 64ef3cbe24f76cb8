"""What the API shows of a player and tells of its changes: one form for reads, server-sent events and their stream."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from project.wire.wish import Message

STREAM_LENGTH = 500
"""Cap of a guild's stream of events, for XADD MAXLEN ~."""
STREAM_BYTES = 2_000_000
"""Where events are larger than this allows for so many, the stream holds fewer: no guild fills Redis by long titles."""
STREAM_SECONDS = 24 * 3_600
"""A guild in which nothing changes for so long needs no stream; who comes back gets the present state."""
UP_NEXT = 10
"""Entries in QueueChanged."""


class SeenEntry(Message, frozen=True, kw_only=True, omit_defaults=False):
    """A track in a guild's queue. Ids of Discord's are text: JavaScript cannot hold them as numbers."""

    id: int
    title: str
    author: str
    length_ms: int
    """0 for a live stream."""
    is_stream: bool
    uri: str | None
    artwork_url: str | None
    source: str
    requester_id: str
    requester_name: str
    added_ms: int


class PlayerChanged(Message, tag="player", frozen=True, kw_only=True, omit_defaults=False):
    """The player as it is now."""

    rev: int
    """Grows with every change; of two events the higher one is true."""
    current: SeenEntry | None
    position_ms: int
    position_at_ms: int
    """When the position was so (ms since 1970); it goes on from there at `rate` unless paused."""
    paused: bool
    stopped_by: str | None
    voice_channel_id: str | None
    volume: int
    loop: str
    filters: tuple[str, ...]
    autoplay: str
    queue_length: int
    rate: float = 1.0
    """Milliseconds of the track that pass in one: presets and `speed` together."""
    speed: int = 100
    pitch: int = 100
    equalizer: dict[str, int] = msgspec.field(default_factory=dict)
    """Band (from 1) -> per cent, of those that are not flat."""
    fair_queue: bool = False


class QueueChanged(Message, tag="queue", frozen=True, kw_only=True, omit_defaults=False):
    """What waits is another than before."""

    rev: int
    length: int
    up_next: tuple[SeenEntry, ...]


GuildChange: TypeAlias = PlayerChanged | QueueChanged


def kind_of(change: GuildChange) -> str:
    """The event's name, and the one field of its stream entry."""
    return str(change.__struct_config__.tag)


def change_json(change: GuildChange) -> str:
    """As it lies in the stream and goes to the client."""
    return msgspec.json.encode(change).decode()
