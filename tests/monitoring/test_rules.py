"""Alerts say what a person needs who is woken by them, and name metrics in a way that can be checked."""

from __future__ import annotations

import re

import promql_parser
import pytest

from tests.monitoring.rule_files import ROOT, RULE_FILES, Alert, alerts, named_in, recordings


def anchors(markdown: str) -> set[str]:
    """As GitHub makes them of headings; code blocks have none."""
    text = re.sub(r"^```.*?^```", "", markdown, flags=re.DOTALL | re.MULTILINE)
    heads = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head).strip().lower().replace(" ", "-") for head in heads}


RUNBOOK = anchors((ROOT / "RUNBOOK.md").read_text(encoding="utf-8"))


def test_there_are_rules() -> None:
    assert len(RULE_FILES) >= 6
    assert len(alerts()) > 30
    names = [alert.name for alert in alerts()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert.name)
def test_an_alert_says_what_to_do(alert: Alert) -> None:
    assert alert.labels["severity"] in {"page", "ticket"}
    assert {"summary", "description", "runbook_url"} <= alert.annotations.keys()
    page, _, anchor = alert.annotations["runbook_url"].partition("#")
    assert page == "RUNBOOK.md"
    assert anchor in RUNBOOK


def test_each_alert_that_the_runbook_names_exists() -> None:
    text = (ROOT / "RUNBOOK.md").read_text(encoding="utf-8")
    named = {
        name
        for part in re.findall(r"Alerts?\s+(`\w+`(?:(?:, | and )`\w+`)*)", text)
        for name in re.findall(r"\w+", part)
    } - {"and"}
    assert named
    assert named <= {alert.name for alert in alerts()}


@pytest.mark.parametrize("name", recordings())
def test_a_recorded_name_says_its_level(name: str) -> None:
    assert re.fullmatch(r"slo:(burn:rate\w+|events:increase\w+)", name)


def test_every_expression_can_be_read() -> None:
    for expression in [alert.expr for alert in alerts()] + [e for rules in recordings().values() for _, e in rules]:
        promql_parser.parse(expression)
        assert named_in(expression)


def test_a_wrong_metric_is_found_wherever_it_stands() -> None:
    planted = 'sum by (node) (rate(right{a="b"}[5m])) / on (x) (wrong > 0) or absent(lost)'
    assert {named.metric for named in named_in(planted)} == {"right", "wrong", "lost"}
    right = next(named for named in named_in(planted) if named.metric == "right")
    assert right.labels == {"a", "node"}
