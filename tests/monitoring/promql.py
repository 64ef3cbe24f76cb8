"""Evaluates the part of PromQL that our rules use, so that they are tested where there is no promtool, too.

What it does not know it refuses: an expression that is read wrongly would be a test that cannot fail.
"""

from __future__ import annotations

import math
import operator
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import promql_parser as parser

from tests.monitoring.series import Labels, Series, quantile

Vector = dict[Labels, float]
Value = float | Vector


class NotKnown(Exception):
    """The expression uses something that this evaluator does not have."""


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: a / b if b else math.nan if a == 0 else math.copysign(math.inf, a),
}
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
_AGGREGATES: dict[str, Callable[[Sequence[float]], float]] = {
    "sum": sum,
    "max": max,
    "min": min,
    "count": len,
    "avg": lambda values: sum(values) / len(values),
}


class Evaluator:
    """`recorded` are recording rules: name -> (labels, expression); they are read as if just evaluated."""

    def __init__(self, series: Sequence[Series], recorded: Mapping[str, list[tuple[Labels, str]]]) -> None:
        self._series, self._recorded = series, recorded
        self._known: dict[tuple[str, float], Vector] = {}

    def vector(self, expression: str, now: float) -> Vector:
        """The vector that an alert's expression gives at a moment; raises NotKnown."""
        if (expression, now) not in self._known:
            value = self._value(_parsed(expression), now)
            if isinstance(value, float):
                raise NotKnown("an alert needs a vector")
            self._known[expression, now] = value
        return self._known[expression, now]

    def _value(self, expr: Any, now: float) -> Value:
        match expr:
            case parser.NumberLiteral():
                return float(expr.val)
            case parser.ParenExpr():
                return self._value(expr.expr, now)
            case parser.VectorSelector():
                return self._selected(expr, now)
            case parser.AggregateExpr():
                return self._aggregated(expr, now)
            case parser.Call():
                return self._called(expr, now)
            case parser.BinaryExpr():
                return self._combined(expr, now)
        raise NotKnown(type(expr).__name__)

    # -- series --------------------------------------------------------------------------------------------------------

    def _selected(self, selector: Any, now: float) -> Vector:
        if selector.offset is not None or selector.at is not None or selector.matchers.or_matchers:
            raise NotKnown("offset, @ and `or` among labels")
        if selector.name in self._recorded:
            return self._record(selector, now)
        found = ((series, series.at(now)) for series in self._series if _fits(selector, series.name, series.labels))
        return {series.labels: value for series, value in found if value is not None}

    def _record(self, selector: Any, now: float) -> Vector:
        told: Vector = {}
        for labels, expression in self._recorded[selector.name]:
            for own, value in self.vector(expression, now).items():
                both = frozenset({**dict(own), **dict(labels)}.items())
                if _fits(selector, selector.name, both):
                    told[both] = value
        return told

    def _called(self, call: Any, now: float) -> Value:
        name, args = call.func.name, call.args
        if name in ("rate", "increase"):
            selector, window = args[0].vector_selector, args[0].range.total_seconds()
            if selector.name in self._recorded:
                raise NotKnown("ranges of recorded series")
            grown = {
                series.labels: series.increase(now, window)
                for series in self._series
                if _fits(selector, series.name, series.labels)
            }
            per = window if name == "rate" else 1.0
            return {labels: value / per for labels, value in grown.items() if value is not None}
        if name == "time":
            return now
        if name == "absent":
            found = self._value(args[0], now)
            return {} if found else {frozenset(): 1.0}
        if name == "histogram_quantile":
            return self._quantiles(float(args[0].val), self._value(args[1], now))
        raise NotKnown(name)

    def _quantiles(self, wanted: float, buckets: Value) -> Vector:
        if isinstance(buckets, float):
            raise NotKnown("a quantile of a number")
        groups: defaultdict[Labels, dict[float, float]] = defaultdict(dict)
        for labels, value in buckets.items():
            rest = dict(labels)
            bound = float(rest.pop("le").replace("+Inf", "inf"))
            groups[frozenset(rest.items())][bound] = value
        return {labels: quantile(wanted, group) for labels, group in groups.items()}

    def _aggregated(self, expr: Any, now: float) -> Vector:
        how, value = str(expr.op), self._value(expr.expr, now)
        if how not in _AGGREGATES or isinstance(value, float):
            raise NotKnown(how)
        by = frozenset(expr.modifier.labels) if expr.modifier is not None else frozenset()
        if expr.modifier is not None and expr.modifier.type != parser.AggModifierType.By:
            raise NotKnown("without")
        groups: defaultdict[Labels, list[float]] = defaultdict(list)
        for labels, one in value.items():
            groups[frozenset(pair for pair in labels if pair[0] in by)].append(one)
        return {labels: float(_AGGREGATES[how](ones)) for labels, ones in groups.items()}

    # -- two sides -----------------------------------------------------------------------------------------------------

    def _combined(self, expr: Any, now: float) -> Value:
        how = str(expr.op)
        left, right = self._value(expr.lhs, now), self._value(expr.rhs, now)
        on = _matching(expr.modifier)
        if isinstance(left, float) and isinstance(right, float):
            if how not in _ARITHMETIC:
                raise NotKnown(f"{how} of numbers")
            return _ARITHMETIC[how](left, right)
        if how in ("and", "or", "unless"):
            return _as_sets(how, left, right, on)
        return _one_by_one(how, left, right, on)


@cache
def _parsed(expression: str) -> Any:
    return parser.parse(expression)


def _fits(selector: Any, name: str, labels: Labels) -> bool:
    if selector.name != name:
        return False
    own = dict(labels)
    for matcher in selector.matchers.matchers:
        value, by_pattern = own.get(matcher.name, ""), matcher.op in (parser.MatchOp.Re, parser.MatchOp.NotRe)
        same = bool(re.fullmatch(matcher.value, value)) if by_pattern else value == matcher.value
        if same != (matcher.op in (parser.MatchOp.Equal, parser.MatchOp.Re)):
            return False
    return True


Key = Callable[[Labels], Labels]


def _matching(modifier: Any) -> Key:
    """By which labels both sides are matched: all, or those of `on`."""
    if modifier is not None and modifier.return_bool:
        raise NotKnown("bool")
    if modifier is None or modifier.matching is None:
        return lambda labels: labels
    if modifier.matching.type != parser.LabelModifierType.Include:
        raise NotKnown("ignoring")
    if modifier.card not in (parser.VectorMatchCardinality.OneToOne, parser.VectorMatchCardinality.ManyToMany):
        raise NotKnown("group_left, group_right")
    on = frozenset(modifier.matching.labels)
    return lambda labels: frozenset(pair for pair in labels if pair[0] in on)


def _as_sets(how: str, left: Value, right: Value, key: Key) -> Vector:
    if isinstance(left, float) or isinstance(right, float):
        raise NotKnown(f"{how} of a number")
    others, own = {key(labels) for labels in right}, {key(labels) for labels in left}
    if how == "or":
        return left | {labels: value for labels, value in right.items() if key(labels) not in own}
    return {labels: value for labels, value in left.items() if (key(labels) in others) == (how == "and")}


def _one_by_one(how: str, left: Value, right: Value, key: Key) -> Vector:
    if isinstance(left, float):
        assert isinstance(right, dict)
        pairs = [(labels, left, value, value) for labels, value in right.items()]
    elif isinstance(right, float):
        pairs = [(labels, value, right, value) for labels, value in left.items()]
    else:
        others = {key(labels): value for labels, value in right.items()}
        if len(others) != len(right):
            raise NotKnown("several on the right side match one")
        pairs = [(ls, value, others[key(ls)], value) for ls, value in left.items() if key(ls) in others]
    if how in _ARITHMETIC:
        return {key(labels): _ARITHMETIC[how](a, b) for labels, a, b, _ in pairs}
    if how in _COMPARISONS:
        return {labels: kept for labels, a, b, kept in pairs if _COMPARISONS[how](a, b)}
    raise NotKnown(how)
