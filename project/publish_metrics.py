"""How long messages take into Redis, counted the same way in every process that publishes."""

from __future__ import annotations

from prometheus_client import Histogram

from project.metrics import from_zero

PUBLISH_SECONDS = Histogram(
    "publish_seconds",
    "From the wish to publish to Redis's answer, waiting in line included",
    ["verdict"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5),
)
NOT_PUBLISHED = "not published"
"""The verdict on a message that Redis did not take in time: whoever gave it is told to try again."""
from_zero(PUBLISH_SECONDS, ("accepted",), ("known",), ("late",), ("mirrored",), (NOT_PUBLISHED,))
