"""How webhooks fare: how many, how long they take, and how far behind Stripe we are."""

from __future__ import annotations

import time
from typing import Any, Literal

from prometheus_client import Counter, Histogram

from project.metrics import from_zero

WEBHOOKS = Counter("billing_webhooks_total", "Webhooks by stage and how it ended", ["stage", "outcome"])
WEBHOOK_SECONDS = Histogram(
    "billing_webhook_seconds",
    "How long a stage took",
    ["stage"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
)
WEBHOOK_LAG_SECONDS = Histogram(
    "billing_webhook_lag_seconds",
    "From an event at Stripe to its effect here, attempts included",
    buckets=(1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 86400),
)

Stage = Literal["stored", "processed"]

from_zero(WEBHOOKS, ("stored", "done"), ("stored", "refused"))
from_zero(WEBHOOK_SECONDS, ("stored",), ("processed",))
from_zero(WEBHOOKS, ("processed", "done"), ("processed", "known"), ("processed", "failed"))


def count_webhook(stage: Stage, outcome: str, began: float, event: dict[str, Any] | None = None) -> None:
    """Note the end of a stage; `began` is of time.perf_counter, `event` is given when its effect is complete."""
    WEBHOOKS.labels(stage, outcome).inc()
    WEBHOOK_SECONDS.labels(stage).observe(time.perf_counter() - began)
    created = event.get("created") if event is not None else None
    if isinstance(created, int):  # seconds since 1970 on Stripe's clock
        WEBHOOK_LAG_SECONDS.observe(max(0.0, time.time() - created))
