"""Faults asked for through the control API, standing until used up or taken back."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Target = Literal["node", "voice", "gateway", "rest", "stripe", "stripe_webhook"]

KINDS: Mapping[Target, frozenset[str]] = {
    "rest": frozenset({"status", "delay", "drop"}),
    "gateway": frozenset({"close", "drop", "reconnect", "invalidate", "delay"}),
    "voice": frozenset({"close", "drop", "delay", "lose_frames", "mute", "tone"}),
    "stripe": frozenset({"status", "delay", "drop"}),
    "stripe_webhook": frozenset({"drop", "delay", "duplicate", "reverse", "wrong_secret", "stale"}),
    "node": frozenset({"kill", "drop", "close", "delay", "status", "lose_frames", "mute", "tone"}),
}


@dataclass(slots=True)
class Fault:
    """`left` counts how often it still strikes; None means until it is cleared."""

    target: Target
    kind: str
    params: dict[str, Any] = field(default_factory=dict)
    left: int | None = None

    def matches(self, **facts: str) -> bool:
        """Whether every parameter that names one of these facts agrees (`path` by containment)."""
        for name, fact in facts.items():
            wanted = self.params.get(name)
            if wanted is None:
                continue
            if str(wanted) not in fact if name == "path" else str(wanted) != fact:
                return False
        return True

    def as_json(self) -> dict[str, Any]:
        return {"target": self.target, "kind": self.kind, "left": self.left, **self.params}


class FaultBoard:
    """What is wrong at present. The services ask it; the control API writes it."""

    def __init__(self) -> None:
        self._standing: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._standing.append(fault)

    def clear(self) -> None:
        self._standing.clear()

    def all(self) -> list[Fault]:
        return list(self._standing)

    def take(self, target: Target, **facts: str) -> list[Fault]:
        """The faults that strike this time; counted ones are used up by it."""
        if not self._standing:
            return []
        struck = [fault for fault in self._standing if fault.target == target and fault.matches(**facts)]
        for fault in struck:
            if fault.left is not None:
                fault.left -= 1
                if fault.left <= 0:
                    self._standing.remove(fault)
        return struck


async def wait_out(faults: list[Fault]) -> None:
    """Sleeps for the delays among them."""
    for fault in faults:
        if fault.kind == "delay":
            await asyncio.sleep(float(fault.params.get("ms", 1000)) / 1000)
