"""Dashboards can be imported anywhere, and every panel says what it shows, in which unit and under which names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import promql_parser
import pytest

from tests.monitoring.rule_files import DASHBOARDS, ELSEWHERE, FOLDER, Panel, named_in, panels, told_elsewhere


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_there_are_dashboards_with_names_of_their_own() -> None:
    assert {path.stem for path in DASHBOARDS} == {"overview", "gateway", "audio", "nodes", "api", "jobs", "stores"}
    assert len({read(path)["title"] for path in DASHBOARDS}) == len(DASHBOARDS)


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_imports_into_any_grafana(path: Path) -> None:
    dashboard = read(path)
    assert dashboard["uid"] == f"segue-{path.stem}"
    assert "id" not in dashboard
    (variable,) = dashboard["templating"]["list"]
    assert (variable["name"], variable["type"], variable["query"]) == ("datasource", "datasource", "prometheus")
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_panels_do_not_lie_on_each_other(path: Path) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in read(path)["panels"]:
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in _rows(place)}
        assert place["x"] + place["w"] <= 24
        assert not taken & cells, panel["title"]
        taken |= cells


def _rows(place: dict[str, int]) -> range:
    return range(place["y"], place["y"] + place["h"])


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: f"{panel.dashboard}-{panel.title}")
def test_a_panel_says_what_it_shows(panel: Panel) -> None:
    assert len(panel.raw["description"]) > 8
    assert panel.raw["fieldConfig"]["defaults"]["unit"]
    assert panel.expressions
    for target in panel.raw["targets"]:
        assert target["legendFormat"]
        assert target["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    for expression in panel.expressions:
        promql_parser.parse(expression)


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: f"{panel.dashboard}-{panel.title}")
def test_legends_name_labels_that_the_query_leaves(panel: Panel) -> None:
    for target, expression in zip(panel.raw["targets"], panel.expressions, strict=True):
        labels = {part.partition("}}")[0] for part in target["legendFormat"].split("{{")[1:]}
        known = {"slo"} | {label for named in named_in(expression) for label in named.labels}
        assert labels <= known


def test_whoever_tells_what_is_not_ours_is_named() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    named = {named.metric for panel in panels() for e in panel.expressions for named in named_in(e)}
    others = {metric for metric in named if told_elsewhere(metric)}
    assert others
    for teller in ELSEWHERE.values():
        assert teller.removeprefix("the ") in readme
