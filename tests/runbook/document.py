"""RUNBOOK.md as what an operator would type: blocks with their commands, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNBOOK = ROOT / "RUNBOOK.md"

SHELL, SQL, LAPTOP = "bash", "sql", "sh"
"""Fence words: typed at the cluster; typed into the psql of the block before; typed in a checkout."""

_FENCE = re.compile(r"^```(\w*)\s*$")
_ROWS = re.compile(r"<!-- rows: ([\d ]+) -->")
_EDIT = re.compile(r"^# Edit: (?P<path>[\w.\[\]-]+):? (?P<value>.+)$")


@dataclass
class Edit:
    """What to change in the editor that a `kubectl edit` opens."""

    path: str
    value: str


@dataclass
class Typed:
    """One command line, with what is typed into the program that it starts."""

    text: str
    line: int
    """In RUNBOOK.md, from 1."""
    kind: str = SHELL
    lines: list[str] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)


@dataclass
class Block:
    """One fenced block: its heading, and the rows of the checklist that it keeps."""

    kind: str
    heading: str
    rows: tuple[int, ...]
    line: int
    commands: list[Typed] = field(default_factory=list)


def read(path: Path = RUNBOOK) -> list[Block]:
    """Every fenced block of the document.

    Raises ValueError for a block that is not closed, has an unknown kind, or types into nothing.
    """
    blocks: list[Block] = []
    heading, rows = "", ()  # type: tuple[str, tuple[int, ...]]
    kind, started, body = None, 0, []  # type: tuple[str | None, int, list[str]]
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        fence = _FENCE.match(line)
        if kind is not None:
            if fence is None:
                body.append(line)
                continue
            block = Block(kind, heading, rows, started)
            _fill(block, body, blocks)
            blocks.append(block)
            kind, rows = None, ()
        elif fence is not None:
            if fence[1] not in {SHELL, SQL, LAPTOP}:
                raise ValueError(f"{path.name}:{number}: a block of an unknown kind, {fence[1]!r}")
            kind, started, body = fence[1], number, []
        elif line.startswith("#"):
            heading = line.lstrip("# ")
        elif tagged := _ROWS.match(line):
            rows = tuple(int(row) for row in tagged[1].split())
    if kind is not None:
        raise ValueError(f"{path.name}:{started}: a block without an end")
    return blocks


def _fill(block: Block, body: list[str], before: list[Block]) -> None:
    if block.kind == SQL:
        if not before or not before[-1].commands:
            raise ValueError(f"line {block.line}: SQL without a program to type it into")
        before[-1].commands[-1].lines.extend(line for line in body if line.strip())
        return
    pending = ""
    for offset, line in enumerate(body, start=1):
        if pending:
            line = f"{pending} {line.strip()}"
            pending = ""
        if line.endswith("\\"):
            pending = line[:-1].rstrip()
        elif edit := _EDIT.match(line):
            _last(block, offset).edits.append(Edit(edit["path"], edit["value"]))
        elif line.startswith("> "):
            _last(block, offset).lines.append(line[2:])
        elif line.strip() and not line.startswith("#"):
            block.commands.append(Typed(line.strip(), block.line + offset, block.kind))


def _last(block: Block, offset: int) -> Typed:
    if not block.commands:
        raise ValueError(f"line {block.line + offset}: belongs to a command, and there is none above it")
    return block.commands[-1]
