"""How each row of the checklist ended, and why if it is not simply proven."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field

ROWS = 72
ENOUGH = 64
"""Rows that must be proven or answered by a stand-in."""

PROVEN, STAND_IN, STATIC, DEPARTS, FAILED = "proven", "stand_in", "static", "departs", "failed"

NODE = "the node is the simulator's, which speaks Lavalink's protocol and has no Java"
MEASURED = "this machine has no metrics server: the harness measures the real processes and answers as metrics.k8s.io"
NO_NETCAT = "" if shutil.which("nc") else "netcat is not installed here: a script that connects says its words"
SAID = "Lavalink's line is planted in the pod's output: nothing limits the simulator's node, and it is not slow"
KINDS: dict[int, tuple[str, str]] = {
    3: (STAND_IN, "status.discord.com is answered for: this network has no way out"),
    8: (STAND_IN, "; ".join(filter(None, ("discord.com is answered for", NO_NETCAT)))),
    11: (STAND_IN, NODE),
    12: (DEPARTS, "Lavalink answers 401 without its Authorization header; the runbook prints both calls"),
    13: (STAND_IN, f"{NODE}; {MEASURED}"),
    15: (STAND_IN, SAID),
    26: (STAND_IN, "no storage driver here: the harness grows the claim as a class that allows expansion does"),
    34: (STAND_IN, MEASURED),
    37: (DEPARTS, "autoscaling/v2 has averageUtilization where v1 had targetCPUUtilizationPercentage"),
    39: (STAND_IN, SAID),
    **({51: (STAND_IN, NO_NETCAT)} if NO_NETCAT else {}),
    52: (
        STAND_IN,
        "discord.com is answered for; policies are decided by tests/k8s/test_network.py, nothing enforces them here",
    ),
    53: (STAND_IN, MEASURED),
    58: (STAND_IN, NODE),
    69: (STATIC, "dashboards and rules are checked against the metrics of a run (make test); no Grafana runs here"),
    70: (DEPARTS, "Segue is Python: make requirements and pip-audit take pnpm's place; only the targets are checked"),
    72: (STATIC, "prose; the restore of a backup and the rotation of secrets are tried with rows 60-63, 7 and 43"),
}
"""All others are proven, or have failed."""


@dataclass
class Verdicts:
    """What was found, row by row."""

    failures: dict[int, str] = field(default_factory=dict)
    tried: set[int] = field(default_factory=set)
    beyond: list[str] = field(default_factory=list)
    """Commands outside the checklist that failed, with the reason."""
    commands: int = 0

    def kind(self, row: int) -> tuple[str, str]:
        """A row's kind and the reason."""
        if row in self.failures:
            return FAILED, self.failures[row]
        planned = KINDS.get(row, (PROVEN, ""))
        if planned[0] != STATIC and row not in self.tried:
            return FAILED, "was not run"
        return planned

    def enough(self) -> bool:
        """Whether the runbook may be called true."""
        kinds = [self.kind(row)[0] for row in range(1, ROWS + 1)]
        return FAILED not in kinds and not self.beyond and sum(kind in {PROVEN, STAND_IN} for kind in kinds) >= ENOUGH

    def as_json(self, seconds: float) -> str:
        """One line: counts, and every row that is not proven with its reason."""
        kinds = {row: self.kind(row) for row in range(1, ROWS + 1)}
        counts = {
            each: sum(kind == each for kind, _ in kinds.values())
            for each in (PROVEN, STAND_IN, STATIC, DEPARTS, FAILED)
        }
        rows = {str(row): f"{kind}: {reason}" for row, (kind, reason) in kinds.items() if kind != PROVEN}
        told = {"rows": ROWS, **counts, "commands": self.commands, "seconds": round(seconds), "reasons": rows}
        return json.dumps({**told, "beyond_the_checklist": self.beyond}, ensure_ascii=False)
