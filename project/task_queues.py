"""Which Celery queue a message goes to, decided in one place."""

from __future__ import annotations

BACKGROUND_QUEUE = "background"
"""Jobs and everything else that the prefork workers do."""

DESK_QUEUE = "desk"
"""Commands that concern a guild and not its player; members wait for them."""

DEFAULT_SLOTS = 64
SMALL_SLOTS = 8


def slot_of(guild_id: int, slots: int) -> int:
    """The slot of a guild; the low 22 bits of a snowflake carry no entropy worth hashing."""
    return (guild_id >> 22) % slots


def slot_queue(slot: int) -> str:
    """The queue that exactly the owner of `slot` consumes."""
    return f"audio.slot.{slot}"


def shard_of(guild_id: int, shards: int) -> int:
    """The gateway shard that serves a guild (Discord gateway docs, sharding)."""
    return (guild_id >> 22) % shards
