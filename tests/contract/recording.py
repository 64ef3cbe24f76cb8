"""What a real Lavalink 4.2.2 was seen to do: the recordings this suite replays, and how they read."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "recordings"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened; `kind` says which fields `data` has (rest, ws, ws-open, note, …)."""

    number: int
    at: float
    kind: str
    data: dict[str, Any]

    @property
    def label(self) -> str:
        """Return which websocket it belongs to."""
        return str(self.data.get("label", "ws"))

    @property
    def frame(self) -> dict[str, Any]:
        """Return the message of a `ws` step."""
        message: dict[str, Any] = json.loads(self.data["raw"])
        return message


@dataclass(frozen=True, slots=True)
class Recording:
    """One file, in the order in which it was recorded."""

    name: str
    what: str
    steps: tuple[Step, ...]

    def frames(self, label: str = "ws") -> list[dict[str, Any]]:
        """Return all messages a websocket received."""
        return [step.frame for step in self.steps if step.kind == "ws" and step.label == label]

    def of_kind(self, kind: str) -> list[Step]:
        """Return all steps of one kind."""
        return [step for step in self.steps if step.kind == kind]


def load(name: str) -> Recording:
    """Read a recording by its file's name without the suffix."""
    content = json.loads((FOLDER / f"{name}.json").read_text())
    steps = tuple(Step(number, float(raw.get("t", 0)), raw["kind"], raw) for number, raw in enumerate(content["steps"]))
    return Recording(name, content["what"], steps)


def all_names() -> list[str]:
    """Return every recording that lies in the folder."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))
