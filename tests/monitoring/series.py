"""Series in promtool's notation, and what Prometheus makes of them: instant values, rates and increases."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import promql_parser

LOOKBACK_S = 300.0
"""How old a sample may be and still be the present value (Prometheus' default)."""
STEP_S = 60.0
"""Between two values of a series."""
_PART = re.compile(
    r"(?P<start>-?[\d.]+|_)(?:(?P<sign>[+-])(?P<by>[\d.]+))?(?:x(?P<times>\d+))?",
)

Labels = frozenset[tuple[str, str]]


def values_of(text: str) -> Iterator[float | None]:
    """`1+2x3` is 1 3 5 7, `4x2` is 4 4 4, `_x2` is nothing twice."""
    for word in text.split():
        part = _PART.fullmatch(word)
        if part is None:
            raise ValueError(f"{word!r} is no notation of promtool's that is known here")
        times = int(part["times"] or 0)
        if part["start"] == "_":
            yield from [None] * max(1, times)
            continue
        step = float(part["by"] or 0) * (-1 if part["sign"] == "-" else 1)
        yield from (float(part["start"]) + step * number for number in range(times + 1))


@dataclass(frozen=True)
class Series:
    """One series: its name and labels, and (seconds, value) in order."""

    name: str
    labels: Labels
    samples: tuple[tuple[float, float], ...]

    def at(self, now: float) -> float | None:
        """The present value."""
        last = next((sample for sample in reversed(self.samples) if sample[0] <= now), None)
        return None if last is None or now - last[0] >= LOOKBACK_S else last[1]

    def increase(self, now: float, window: float) -> float | None:
        """As Prometheus': resets are counted in, and the ends of the window are extrapolated to."""
        inside = [sample for sample in self.samples if now - window < sample[0] <= now]
        if len(inside) < 2:
            return None
        grown = inside[-1][1] - inside[0][1]
        grown += sum(before for (_, before), (_, after) in pairwise(inside) if after < before)
        span = inside[-1][0] - inside[0][0]
        between = span / (len(inside) - 1)
        start, end = inside[0][0] - (now - window), now - inside[-1][0]
        if grown > 0 and inside[0][1] >= 0:
            start = min(start, span * inside[0][1] / grown)  # a counter was never below zero
        near = between * 1.1
        start, end = (edge if edge < near else between / 2 for edge in (start, end))
        return grown * (span + start + end) / span


def series_of(written: Mapping[str, str]) -> list[Series]:
    """Series from `{'name{label="value"}': notation}`, beginning at second 0."""
    made = []
    for head, text in written.items():
        selector = promql_parser.parse(head)
        if not isinstance(selector, promql_parser.VectorSelector) or selector.name is None:
            raise ValueError(f"{head!r} names no series")
        labels = frozenset((matcher.name, matcher.value) for matcher in selector.matchers.matchers)
        samples = ((number * STEP_S, value) for number, value in enumerate(values_of(str(text))) if value is not None)
        made.append(Series(selector.name, labels, tuple(samples)))
    return made


def quantile(wanted: float, buckets: Mapping[float, float]) -> float:
    """histogram_quantile of cumulative buckets, by upper bound."""
    bounds = sorted(buckets)
    if not bounds or bounds[-1] != math.inf or buckets[math.inf] == 0:
        return math.nan
    rank = wanted * buckets[math.inf]
    index = next(number for number, bound in enumerate(bounds) if buckets[bound] >= rank)
    if bounds[index] == math.inf:
        return bounds[index - 1] if len(bounds) > 1 else math.nan
    low, below = (bounds[index - 1], buckets[bounds[index - 1]]) if index else (0.0, 0.0)
    inside = buckets[bounds[index]] - below
    return low + (bounds[index] - low) * ((rank - below) / inside if inside else 0.0)
