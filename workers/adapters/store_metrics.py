"""How PostgreSQL and Redis answer the audio worker."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from project.metrics import from_zero
from workers.adapters import player_sql as sql

STORE_SECONDS = Histogram(
    "store_seconds",
    "Statements to PostgreSQL, the wait for a connection not included",
    ["statement", "answer"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5),
)
STORE_WAIT_SECONDS = Histogram(
    "store_wait_seconds",
    "Waits for one of the few connections to PostgreSQL",
    buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 3.0),
)
STORE_OPEN = Gauge("store_statements_open", "Statements under way in PostgreSQL", multiprocess_mode="livesum")
STORE_SIZE = Gauge("store_connections_most", "Connections that there may be", multiprocess_mode="livesum")
OUT_SECONDS = Histogram(
    "audio_out_seconds",
    "Writing a word for the gateway into Redis",
    ["answer"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0),
)
OUT_GIVEN_UP = Counter("audio_out_given_up_total", "Words for members that were given up, Redis being away too long")

_STATEMENTS = {
    sql.COMMIT_CHANGE: "commit",
    sql.RECORD_COMMAND: "record",
    sql.OUTCOME: "outcome",
    sql.PLAYER: "load player",
    sql.ENTRIES: "load player",
    sql.SLOT_PLAYERS: "load slot",
    sql.ENTRIES_OF_MANY: "load slot",
    sql.TAKE_SLOT: "take slot",
    sql.SAVE_POSITIONS: "save positions",
}


def name_of(statement: str) -> str:
    """What a statement is for; a closed set."""
    return _STATEMENTS.get(statement, "other")


from_zero(STORE_SECONDS, ("commit", "ok"), ("commit", "gave up"), ("commit", "OperationalError"))
from_zero(OUT_SECONDS, ("ok",), ("away",))
