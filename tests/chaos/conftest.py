"""Stores and a Segue that may break, and the table of what a listener noticed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.chaos.stage import Stage, raise_stage
from tests.chaos.stores import OwnPostgres, OwnRedis

COLUMNS = ("lost", "max_gap_ms", "next_command_ms", "tries")
"""Frames that were never sent; longest gap in RTP time; from the blow to the first command obeyed; how many it took."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One Segue at a time, so all of them run in one test process."""
    for item in items:
        if "tests/chaos/" in str(item.path):
            item.add_marker(pytest.mark.xdist_group("chaos"))
            item.add_marker(pytest.mark.flow)
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def postgres() -> Iterator[OwnPostgres]:
    """A PostgreSQL server that may be stopped."""
    server = OwnPostgres()
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="module")
def stage(request: pytest.FixtureRequest, postgres: OwnPostgres, tmp_path_factory: Any) -> Iterator[Stage]:
    """Every process, ready; at the end none is left. A module's CHILDREN says how many audio children it wants."""
    store = OwnRedis()
    store.start()
    environment = {"AUDIO_CHILDREN": str(getattr(request.module, "CHILDREN", 2))}
    raised = raise_stage(tmp_path_factory.mktemp("chaos"), postgres.url, store, environment)
    try:
        yield raised
    finally:
        raised.stack.stop()
    left = raised.settles_at(0)
    store.close()
    assert left, "a process is left over"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table of all blows, and one line for machines."""
    rows: dict[str, dict[str, Any]] = {}
    for kind in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(kind, ()):
            if "chaos" in report.keywords and (kind == "error" or report.when == "call"):
                rows.update(_rows_of(report, ok=kind == "passed"))
    if not rows:
        return
    terminalreporter.write_line("")
    terminalreporter.write_line(_line("", {column: column for column in COLUMNS}))
    for name, row in rows.items():
        terminalreporter.write_line(_line(name, row) + ("" if row["ok"] else "  MISSED"))
    terminalreporter.write_line("CHAOS " + json.dumps({"ok": all(row["ok"] for row in rows.values()), "rows": rows}))


def _rows_of(report: Any, *, ok: bool) -> dict[str, dict[str, Any]]:
    """What a test noted; one that failed before it could note anything is a row, too."""
    noted = {name: {**row, "ok": ok} for name, row in report.user_properties}
    return noted if ok or noted else {report.nodeid.rpartition("::")[2]: {"ok": False}}


def _line(name: str, row: dict[str, Any]) -> str:
    return f"{name:<36}" + "".join(f"{row.get(column, '')!s:>18}" for column in COLUMNS)
