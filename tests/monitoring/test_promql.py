"""Our evaluator gives what Prometheus gives, and refuses what it does not know."""

from __future__ import annotations

import pytest

from tests.monitoring.promql import Evaluator, NotKnown
from tests.monitoring.series import series_of

SERIES = {
    'a{x="1"}': "0+60x20",
    'a{x="2"}': "0+120x20",
    'b{x="1"}': "5x20",
    'late{x="1"}': "_x5 7x20",
    "reset": "0+60x5 0+60x10",
    'h_bucket{le="1.0"}': "0+50x20",
    'h_bucket{le="2.0"}': "0+100x20",
    'h_bucket{le="+Inf"}': "0+100x20",
}
NOW = 600.0


def result(expression: str, now: float = NOW) -> dict[str, float]:
    """Value by the label x, which may be missing."""
    vector = Evaluator(series_of(SERIES), {"recorded": [(frozenset({("x", "9")}), "sum(b)")]}).vector(expression, now)
    return {dict(labels).get("x", ""): round(value, 6) for labels, value in vector.items()}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("b", {"1": 5}),
        ("rate(a[5m])", {"1": 1, "2": 2}),
        ("increase(a[5m])", {"1": 300, "2": 600}),
        ("sum(rate(a[5m]))", {"": 3}),
        ("max by (x) (a)", {"1": 600, "2": 1200}),
        ('a{x="2"} / 2', {"2": 600}),
        ('a{x!="2"}', {"1": 600}),
        ('a{x=~"2|3"}', {"2": 1200}),
        ('a{x!~"2|3"}', {"1": 600}),
        ("a > 600", {"2": 1200}),
        ("a / on (x) b", {"1": 120}),
        ("a and b", {"1": 600}),
        ("a unless b", {"2": 1200}),
        ("b or a", {"1": 5, "2": 1200}),
        ("absent(nothing)", {"": 1}),
        ("absent(a)", {}),
        ("time() - max(a)", {"": -600}),
        ("histogram_quantile(0.5, sum by (le) (rate(h_bucket[5m])))", {"": 1}),
        ("histogram_quantile(0.75, sum by (le) (rate(h_bucket[5m])))", {"": 1.5}),
        ("increase(reset[10m])", {"": 533.333333}),
        ("recorded", {"9": 5}),
        ('recorded{x="1"}', {}),
        ("1 - b", {"1": -4}),
    ],
)
def test_an_expression_has_its_value(expression: str, expected: dict[str, float]) -> None:
    assert result(expression) == expected


def test_a_series_that_ended_is_gone_after_five_minutes() -> None:
    assert result("b", 20 * 60 + 299)
    assert not result("b", 20 * 60 + 300)


@pytest.mark.parametrize(
    "expression",
    ["a offset 5m", "topk(1, a)", "sum without (x) (a)", "a * on (x) group_left b", "delta(a[5m])", "a > bool 1", "1"],
)
def test_what_is_not_known_is_refused(expression: str) -> None:
    with pytest.raises(NotKnown):
        result(expression)
