"""What the inner parts of a slot count for Prometheus, where it happens."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

HEALS = Counter("audio_heals_total", "Attempts to be heard again", ["rung"])
MOVES = Counter("audio_guild_moves_total", "Guilds that went to another node", ["reason"])
MAILBOX_SECONDS = Histogram(
    "audio_mailbox_seconds",
    "From a letter's arrival in its guild's mailbox to when it was done with",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5),
)
