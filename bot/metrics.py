"""What the gateway counts for operators."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from project.metrics import from_zero

INTERACTIONS = Counter("gateway_interactions_total", "Interactions received", ["kind"])
EXPIRED = Counter(
    "gateway_interactions_expired_total", "Interactions that came too late for Discord to take an answer, never run"
)
REFUSED = Counter("gateway_commands_refused_total", "Commands refused by the gateway itself", ["reason"])
FIRST_RESPONSE_SECONDS = Histogram(
    "gateway_first_response_seconds",
    "From the member's act to the first response, on Discord's clock; Discord takes none after 3 s",
    ["kind"],
    buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0),
)
FIRST_RESPONSES_MISSED = Counter(
    "gateway_first_responses_missed_total", "Members who saw that the application did not respond"
)
OUTCOME_SECONDS = Histogram(
    "gateway_outcome_seconds",
    "From the member's act to the outcome on the screen, on Discord's clock",
    buckets=(0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 120.0),
)
UNANSWERABLE = Counter("gateway_unanswerable_total", "Answers that Discord did not take any more", ["code"])
JOINS_REFUSED = Counter("gateway_joins_refused_total", "Op 4 without a voice state within 5 s")
AUTOCOMPLETES = Counter("gateway_autocompletes_total", "Autocompletions answered", ["source"])
SCREENS = Counter("gateway_screens_total", "What was done with player messages", ["done"])
OUT_SECONDS = Histogram(
    "gateway_out_stream_seconds",
    "From a worker's word in the out-stream to its effect at Discord, attempts included",
    ["kind"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0),
)

SHARDS_WANTED = Gauge("gateway_shards_wanted", "Shards of the whole deployment (DISCORD_SHARDS)")
SHARDS = Gauge("gateway_shards", "Shards claimed by this process; open: with a gateway session", ["state"])
SHARDS_LOST = Gauge("gateway_shards_lost", "Claimed shards whose Discord session cannot be had again for long")
SOCKET_LATENCY = Gauge("gateway_socket_latency_seconds", "From heartbeat to acknowledgement, the slowest shard's")
SESSIONS = Counter("gateway_sessions_total", "Gateway sessions that began or went on", ["how"])
IDENTIFY_WAIT_SECONDS = Histogram(
    "gateway_identify_wait_seconds",
    "How long a shard waited for its turn to IDENTIFY",
    buckets=(0.1, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0),
)

DISCORD_CALL_SECONDS = Histogram(
    "gateway_discord_call_seconds",
    "Requests to Discord's REST API as sent, waits for its limits not included",
    ["call", "status"],
    buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0),
)
DISCORD_LIMITED = Counter("gateway_discord_limited_total", "Answers 429 of Discord's", ["scope"])

from_zero(INTERACTIONS, ("command",), ("component",), ("autocomplete",), ("modal",))
from_zero(REFUSED, ("not understood",), ("not published",))
from_zero(FIRST_RESPONSE_SECONDS, ("outcome",), ("deferral",), ("form",))
from_zero(UNANSWERABLE, ("0",), ("10062",), ("50027",))
from_zero(AUTOCOMPLETES, ("cache",), ("worker",), ("nobody in time",), ("redis away",), ("failed",))
from_zero(SCREENS, ("posted",), ("edited",), ("superseded",), ("removed",), ("given up",))
from_zero(SESSIONS, ("identified",), ("resumed",))
from_zero(DISCORD_LIMITED, ("user",), ("global",), ("shared",), ("none",))
