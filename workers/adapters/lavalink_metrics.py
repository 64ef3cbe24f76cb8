"""How long Lavalink nodes take to answer, and how they fail."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

CALL_SECONDS = Histogram(
    "lavalink_call_seconds",
    "REST calls to Lavalink nodes",
    ["method", "answer"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0),
)
HUNG_VOICE = Counter("lavalink_hung_voice_patches_total", "Voice PATCHes that a voice endpoint let hang", ["node"])
SOCKETS_LOST = Counter("lavalink_sockets_lost_total", "Sessions' sockets that broke", ["node"])
