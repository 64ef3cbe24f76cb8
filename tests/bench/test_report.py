"""What the bench says of its figures, to people and to programs."""

import json
from typing import Any

from tests.bench.report import Report, Row


def _said(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(report.json_line().removeprefix("BENCH "))
    return found


def test_a_ceiling_is_missed_above_it_and_a_floor_below() -> None:
    rows = [
        Row("slow", "slow", 6.1, "ms", limit=6.0),
        Row("quick", "quick", 6.0, "ms", limit=6.0),
        Row("few", "few", 299, "/s", limit=300, at_least=True),
        Row("many", "many", 300, "/s", limit=300, at_least=True),
        Row("unpromised", "unpromised", 1e9, "ms"),
    ]
    assert _said(Report(rows))["missed"] == ["slow", "few"]


def test_programs_get_figure_baseline_and_budget() -> None:
    report = Report([Row("hop", "a hop", 1.23456, "ms", limit=2.0, baseline=0.5)], {"seconds": 7.0})
    assert _said(report) == {"seconds": 7.0, "hop": 1.235, "hop_baseline": 0.5, "hop_budget": 2.0, "missed": []}


def test_people_see_the_ratio_and_the_verdict() -> None:
    report = Report([Row("x", "a thing", 9.0, "ms", limit=6.0, baseline=3.0, baseline_name="bare")], remarks=["slowly"])
    line = next(line for line in report.table().splitlines() if line.startswith("a thing"))
    assert all(part in line for part in ("9.00 ms", "3.00 bare", "3.00 x", "<= 6.00 ms", "MISSED"))
    assert report.table().endswith("  slowly")
