"""What many measurements of one thing say: percentiles, and how fast a backlog goes down."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence


class NothingMeasured(Exception):
    """There are no samples; the message says of what."""


class Samples:
    """Durations in milliseconds."""

    def __init__(self, what: str, values: Iterable[float] = ()) -> None:
        self.what = what
        self.values = list(values)

    def __len__(self) -> int:
        return len(self.values)

    def add(self, values: Iterable[float]) -> None:
        """Pool the values of another round."""
        self.values.extend(values)

    def percentile(self, per_cent: float) -> float:
        """The smallest value that at least `per_cent` of all do not exceed; raises NothingMeasured."""
        if not self.values:
            raise NothingMeasured(f"nothing was measured of: {self.what}")
        ordered = sorted(self.values)
        return ordered[max(0, math.ceil(per_cent / 100 * len(ordered)) - 1)]

    @property
    def p50(self) -> float:
        """The median."""
        return self.percentile(50)

    @property
    def p99(self) -> float:
        """What one in a hundred exceeds."""
        return self.percentile(99)


def drain_rate(seen: Sequence[tuple[float, int]], *, skip: float = 0.15) -> float:
    """Pieces per second of a backlog, from (seconds, pieces left) in order of time; raises NothingMeasured.

    The first and the last `skip` of all pieces do not count: it starts before it is full, and ends with few in flight.
    """
    total = max((left for _, left in seen), default=0)
    steady = [(at, left) for at, left in seen if total * skip <= left <= total * (1 - skip)]
    if len(steady) < 2 or steady[-1][0] <= steady[0][0]:
        raise NothingMeasured("the backlog went down too fast or not at all")
    (began, first), (ended, last) = steady[0], steady[-1]
    return (first - last) / (ended - began)


def arrivals(rate: float, seconds: float, *, seed: int) -> list[float]:
    """When members act who do not know of each other: seconds from the start, `rate` a second on average."""
    drawn = random.Random(seed)
    count = round(rate * seconds)
    moments = []
    at = 0.0
    for _ in range(count):
        at += drawn.expovariate(rate)
        moments.append(at)
    return moments
