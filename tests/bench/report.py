"""The table and the JSON line of a bench: each figure beside its baseline and its budget."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `limit` is in the figure's unit; None where nothing is promised."""

    key: str
    what: str
    measured: float
    unit: str
    limit: float | None = None
    baseline: float | None = None
    baseline_name: str = ""
    at_least: bool = False
    """The limit is a floor, not a ceiling."""

    @property
    def missed(self) -> bool:
        """Whether a promise is not kept."""
        if self.limit is None:
            return False
        return self.measured < self.limit if self.at_least else self.measured > self.limit

    @property
    def ratio(self) -> float | None:
        """The figure as a multiple of its baseline."""
        return self.measured / self.baseline if self.baseline else None


@dataclass(slots=True)
class Report:
    """Everything a run has measured."""

    rows: list[Row] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
    """More numbers for the JSON line, by key."""
    remarks: list[str] = field(default_factory=list)
    """Sentences below the table."""

    @property
    def missed(self) -> list[str]:
        """Keys of the promises that were not kept."""
        return [row.key for row in self.rows if row.missed]

    def table(self) -> str:
        """For people."""
        head = ("what", "measured", "baseline", "ratio", "budget", "")
        lines = [head, *(_cells(row) for row in self.rows)]
        widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
        text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
        text.insert(1, "  ".join("-" * width for width in widths))
        return "\n".join([*(line.rstrip() for line in text), *(f"  {remark}" for remark in self.remarks)])

    def json_line(self) -> str:
        """For programs: `BENCH {…}`."""
        found: dict[str, Any] = {name: _rounded(value) for name, value in self.figures.items()}
        for row in self.rows:
            found[row.key] = _rounded(row.measured)
            if row.baseline is not None:
                found[f"{row.key}_baseline"] = _rounded(row.baseline)
            if row.limit is not None:
                found[f"{row.key}_budget"] = _rounded(row.limit)
        return "BENCH " + json.dumps({**found, "missed": self.missed})


def _cells(row: Row) -> Sequence[str]:
    baseline = "" if row.baseline is None else f"{_figure(row.baseline)} {row.baseline_name}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f} x"
    budget = "" if row.limit is None else f"{'>=' if row.at_least else '<='} {_figure(row.limit)} {row.unit}"
    verdict = "" if row.limit is None else ("MISSED" if row.missed else "ok")
    return row.what, f"{_figure(row.measured)} {row.unit}", baseline, ratio, budget, verdict


def _figure(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}"


def _rounded(value: float) -> float:
    return round(value, 3)
