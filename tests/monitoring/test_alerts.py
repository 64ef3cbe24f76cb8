"""Each alert fires on its bad series and is quiet on its good ones: by our evaluator, and by promtool if any."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.monitoring.promql import Evaluator
from tests.monitoring.rule_files import FOLDER, RULE_FILES, Alert, alerts, recordings
from tests.monitoring.series import STEP_S, series_of

CASES: dict[str, dict[str, Any]] = yaml.load(
    (Path(__file__).parent / "alert_cases.yaml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,  # noqa: S506 # it makes nothing but text; to others `0x20` is a hexadecimal number
)
DEFAULT_AT = 12
RECORDED = FOLDER / "rules" / "slo.yaml"
ALERTS = {alert.name: alert for alert in alerts()}


@dataclass(frozen=True)
class Case:
    """An alert, series, and whether it fires then."""

    alert: Alert
    fires: bool
    series: dict[str, str]
    at: int
    """Minutes from the series' beginning."""


def case_of(name: str, what: str) -> Case:
    written = CASES[name]
    return Case(ALERTS[name], what == "fires", written[what], int(written.get("at", DEFAULT_AT)))


def firing(alert: Alert, evaluator: Evaluator, minute: int) -> int:
    """How many label sets fire: those that were there at each evaluation for as long as the rule says."""
    now, lasts = minute * STEP_S, alert.lasts.total_seconds()
    moments = [now - ago * STEP_S for ago in range(int(lasts / STEP_S) + 1)]
    found = [set(evaluator.vector(alert.expr, moment)) for moment in moments if moment >= 0]
    return len(set.intersection(*found)) if len(found) == len(moments) else 0


def promtool() -> str | None:
    """PROMTOOL, or what is on the path."""
    return os.environ.get("PROMTOOL") or shutil.which("promtool")


def test_every_alert_has_a_case_and_every_case_an_alert() -> None:
    assert ALERTS
    assert set(CASES) == set(ALERTS)


@pytest.mark.parametrize("name", CASES)
def test_it_fires_on_bad_series(name: str) -> None:
    case = case_of(name, "fires")
    assert firing(case.alert, Evaluator(series_of(case.series), recordings()), case.at) >= 1


@pytest.mark.parametrize("name", CASES)
def test_it_is_quiet_on_good_series(name: str) -> None:
    case = case_of(name, "quiet")
    evaluator = Evaluator(series_of(case.series), recordings())
    assert [minute for minute in range(1, case.at + 1, 3) if firing(case.alert, evaluator, minute)] == []


@pytest.mark.parametrize("name", [name for name, alert in ALERTS.items() if alert.lasts.total_seconds() > 60])
def test_it_does_not_fire_before_it_has_lasted(name: str) -> None:
    case = case_of(name, "fires")
    evaluator = Evaluator(series_of(case.series), recordings())
    before = int(case.alert.lasts.total_seconds() / STEP_S) - 1
    assert not firing(case.alert, evaluator, before)


@pytest.mark.parametrize("rules", [path for path in RULE_FILES if path != RECORDED], ids=lambda path: path.stem)
def test_promtool_agrees(tmp_path: Path, rules: Path) -> None:
    tool = promtool()
    if tool is None:
        pytest.skip("no promtool here (PROMTOOL names one): the rules were tested by our own evaluator alone")
    cases = [case_of(name, what) for name in CASES if ALERTS[name].file == rules for what in ("fires", "quiet")]
    assert cases
    written = {
        "rule_files": [str(rules), *([str(RECORDED)] if rules.stem.startswith("slo") else [])],
        "evaluation_interval": "1m",
        "tests": [
            {
                "name": f"{case.alert.name} {'fires' if case.fires else 'is quiet'}",
                "interval": "1m",
                "input_series": [{"series": head, "values": str(text)} for head, text in case.series.items()],
                "promql_expr_test": [
                    {
                        "expr": f'count(ALERTS{{alertname="{case.alert.name}",alertstate="firing"}}) > bool 0',
                        "eval_time": f"{case.at}m",
                        "exp_samples": [{"labels": "{}", "value": 1}] if case.fires else [],
                    }
                ],
            }
            for case in cases
        ],
    }
    path = tmp_path / "alerts.test.yaml"
    path.write_text(yaml.safe_dump(written), encoding="utf-8")
    done = subprocess.run([tool, "test", "rules", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCESS" in done.stdout
