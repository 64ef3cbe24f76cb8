"""What the gateway counts for operators."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

INTERACTIONS = Counter("gateway_interactions_total", "Interactions received", ["kind"])
EXPIRED = Counter(
    "gateway_interactions_expired_total", "Interactions that came too late for Discord to take an answer, never run"
)
REFUSED = Counter("gateway_commands_refused_total", "Commands refused by the gateway itself", ["reason"])
UNANSWERABLE = Counter("gateway_unanswerable_total", "Answers that Discord did not take any more", ["code"])
JOINS_REFUSED = Counter("gateway_joins_refused_total", "Op 4 without a voice state within 5 s")
AUTOCOMPLETES = Counter("gateway_autocompletes_total", "Autocompletions answered", ["source"])
SHARDS_LOST = Gauge("gateway_shards_lost", "Claimed shards whose Discord session cannot be had again for long")
SCREENS = Counter("gateway_screens_total", "What was done with player messages", ["done"])
