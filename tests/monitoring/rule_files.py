"""What stands in k8s/monitoring: rules, dashboards, and the metrics that they name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import promql_parser
import yaml

from tests.monitoring.series import Labels

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "k8s" / "monitoring"
RULE_FILES = sorted((FOLDER / "rules").glob("*.yaml"))
DASHBOARDS = sorted((FOLDER / "dashboards").glob("*.json"))
ELSEWHERE = {
    "redis_": "redis_exporter",
    "pg_": "postgres_exporter",
    "kubelet_": "the kubelet",
    "kube_": "kube-state-metrics",
    "container_": "the kubelet's cAdvisor",
}
"""Metrics that are not ours, by how their names begin, and who tells them (k8s/monitoring/README.md says why)."""
_VARIABLES = {"$__rate_interval": "5m", "$__interval": "1m", "$__range": "1h"}


@dataclass(frozen=True)
class Alert:
    """An alerting rule."""

    file: Path
    name: str
    expr: str
    lasts: timedelta
    labels: dict[str, str]
    annotations: dict[str, str]


@dataclass(frozen=True, eq=False)
class Panel:
    """A panel of a dashboard."""

    dashboard: str
    title: str
    raw: dict[str, Any]

    @property
    def expressions(self) -> list[str]:
        """Its queries, with Grafana's variables filled in."""
        return [_filled(target["expr"]) for target in self.raw.get("targets", [])]


def _rules() -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in RULE_FILES:
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
            for rule in group["rules"]:
                yield path, rule


@cache
def alerts() -> tuple[Alert, ...]:
    """All alerts."""
    return tuple(
        Alert(
            file=path,
            name=rule["alert"],
            expr=rule["expr"],
            lasts=promql_parser.parse_duration(rule["for"]) if "for" in rule else timedelta(),
            labels=rule["labels"],
            annotations=rule["annotations"],
        )
        for path, rule in _rules()
        if "alert" in rule
    )


@cache
def recordings() -> dict[str, list[tuple[Labels, str]]]:
    """Recording rules: name -> (labels, expression)."""
    found: dict[str, list[tuple[Labels, str]]] = {}
    for _path, rule in _rules():
        if "record" in rule:
            labels = frozenset((str(k), str(v)) for k, v in rule.get("labels", {}).items())
            found.setdefault(rule["record"], []).append((labels, rule["expr"]))
    return found


@cache
def panels() -> tuple[Panel, ...]:
    """All panels that show something."""
    return tuple(
        Panel(path.stem, raw["title"], raw)
        for path in DASHBOARDS
        for raw in json.loads(path.read_text(encoding="utf-8"))["panels"]
        if raw["type"] not in ("row", "text")
    )


def _filled(expression: str) -> str:
    for name, value in _VARIABLES.items():
        expression = expression.replace(name, value)
    return re.sub(r'=~?"\$\w+"', '=~".*"', expression)


@dataclass(frozen=True)
class Named:
    """A metric as an expression names it, and the labels that it must have for that to make sense."""

    metric: str
    labels: frozenset[str]


@dataclass(frozen=True)
class Asked:
    """A value of a label by which an expression picks series: `=~` and `!~` have a pattern."""

    metric: str
    label: str
    value: str


def named_in(expression: str) -> set[Named]:
    """Every metric that an expression reads, recorded ones aside."""
    found: set[Named] = set()
    for selector, by in _selectors(promql_parser.parse(expression), frozenset()):
        own = {matcher.name for matcher in selector.matchers.matchers}
        found.add(Named(selector.name or "", frozenset(own | by)))
    return found


def asked_in(expression: str) -> set[Asked]:
    """Every value by which an expression picks series, and every one that it leaves out."""
    return {
        Asked(selector.name or "", matcher.name, matcher.value)
        for selector, _by in _selectors(promql_parser.parse(expression), frozenset())
        for matcher in selector.matchers.matchers
    }


def _selectors(node: Any, by: frozenset[str]) -> Iterator[tuple[promql_parser.VectorSelector, frozenset[str]]]:
    """Each selector, with the labels that the aggregation around it leaves."""
    match node:
        case promql_parser.VectorSelector():
            yield node, by
        case promql_parser.MatrixSelector():
            yield node.vector_selector, by
        case promql_parser.AggregateExpr():
            labels = frozenset(node.modifier.labels) if node.modifier is not None else frozenset()
            yield from _selectors(node.expr, labels)
        case promql_parser.Call():
            for argument in node.args:
                yield from _selectors(argument, by)
        case promql_parser.BinaryExpr():
            yield from _selectors(node.lhs, by)
            yield from _selectors(node.rhs, by)
        case promql_parser.ParenExpr() | promql_parser.UnaryExpr() | promql_parser.SubqueryExpr():
            yield from _selectors(node.expr, by)
        case promql_parser.NumberLiteral() | promql_parser.StringLiteral():
            return
        case _:
            raise TypeError(f"{type(node).__name__} is not known here")


def told_elsewhere(metric: str) -> bool:
    """Whether somebody else tells it."""
    return metric.startswith(tuple(ELSEWHERE))
