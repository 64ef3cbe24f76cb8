"""What the inner parts of a slot count for Prometheus, where it happens."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

from project.metrics import from_zero

HEALS = Counter("audio_heals_total", "Attempts to be heard again", ["rung"])
MOVES = Counter("audio_guild_moves_total", "Guilds that went to another node", ["reason"])
TRACKS = Counter("audio_tracks_total", "Tracks that began, ended, failed or got stuck", ["what"])
VOICE_CLOSED = Counter("audio_voice_closed_total", "Voice connections that Discord or a node closed", ["code"])
SEARCH_SECONDS = Histogram(
    "audio_search_seconds",
    "How long it took to find what a member wanted",
    ["found"],
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
MAILBOX_SECONDS = Histogram(
    "audio_mailbox_seconds",
    "From a letter's arrival in its guild's mailbox to when it was done with",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5),
)
SOUND_SECONDS = Histogram(
    "audio_time_to_sound_seconds",
    "From a member's wish to play, in silence, to the first sound, as the node's clock and position tell",
    buckets=(0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 15.0, 30.0),
)
STRAYS = Counter(
    "audio_strays_destroyed_total", "Players without a guild of ours on their session, looked for each minute"
)
SOUND_MISSED = Counter("audio_sound_missed_total", "Wishes to play after which nothing was heard for 30 s")
PLAYED_SECONDS = Counter("audio_played_seconds_total", "Music that members heard")
GAP_SECONDS = Histogram(
    "audio_gap_seconds",
    "Silence within a track that nobody asked for",
    buckets=(1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0),
)

from_zero(HEALS, ("resend voice",), ("rejoin",), ("move node",), ("next track",))
from_zero(MOVES, ("failed",), ("drained",))
from_zero(TRACKS, ("started",), ("finished",), ("stopped",), ("loadFailed",), ("failed",), ("stuck",))
from_zero(VOICE_CLOSED, ("4006",), ("4014",))
from_zero(SEARCH_SECONDS, ("some",), ("none",), ("source_failed",), ("source_resting",), ("node_away",), ("timed_out",))
