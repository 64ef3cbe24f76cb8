"""Rows 20 to 27: PostgreSQL."""

from __future__ import annotations

from tests.runbook.judges.truth import Dones, Judge, Prepare, every, listening, require, shows, soon, unheard
from tests.runbook.stage import Stage


def _200_connections(stage: Stage, _: Dones) -> None:
    stage.cluster.wait_rolled_out()
    require(stage.sql("SHOW max_connections") == "200", "max_connections is not 200")


def _cancelled(stage: Stage, dones: Dones) -> None:
    require(str(stage.pid) in dones[0].stdout, "the slow query is not shown")
    ask = f"SELECT count(*) FROM pg_stat_activity WHERE pid = {stage.pid} AND state = 'active'"  # noqa: S608 # a number of ours
    soon(lambda: stage.sql(ask) == "0", "the slow query was cancelled")


def _grown(stage: Stage, _: Dones) -> None:
    claim = "pvc postgres-data-postgres-0"
    soon(lambda: stage.objects(claim)["status"]["capacity"]["storage"] == "20Gi", "the claim has grown")


def _slow(stage: Stage) -> None:
    stage.slow_query(300)


PREPARE: dict[int, Prepare] = {22: listening, 23: listening, 24: listening, 25: _slow, 27: listening}
JUDGES: dict[int, Judge] = {
    20: shows("postgres-0", "1/1", "LOG"),
    21: shows("count", "duration"),
    22: every(shows("postgres-data-postgres-0", "Bound", "deleted"), unheard),
    23: every(shows("pg_terminate_backend"), unheard),
    24: every(shows("ALTER SYSTEM", "deleted"), _200_connections, unheard),
    25: every(shows("pg_cancel_backend", "Execution Time"), _cancelled),
    26: every(shows("Filesystem"), _grown),
    27: every(shows("VACUUM"), unheard),
}
