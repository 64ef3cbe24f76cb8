"""RUNBOOK.md keeps every command of the checklist as printed, and every block of it can be read as commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.runbook import document
from tests.runbook.document import RUNBOOK, Block, Typed
from tests.runbook.printed import as_printed

CHECKLIST = document.read(Path(__file__).with_name("checklist.md"))
PROSE = {69: "Grafana", 72: "Disaster drill"}
"""Rows that are no commands, and words that must stand there."""


def commands_of(row: int) -> list[Typed]:
    return [command for block in document.read() if row in block.rows for command in block.commands]


@pytest.mark.parametrize("block", CHECKLIST, ids=lambda block: f"row{block.rows[0]}")
def test_a_row_of_the_checklist_stands_in_the_runbook_as_printed(block: Block) -> None:
    ours = commands_of(block.rows[0])
    printed = [as_printed(command.text) for command in ours]
    typed = " ".join(" ".join(line for command in ours for line in command.lines).split())
    edited = [edit.path for command in ours for edit in command.edits]
    for command in block.commands:
        assert as_printed(command.text) in printed
        assert " ".join(command.lines) in typed
        assert all(any(edit.path in path for path in edited) for edit in command.edits)


def test_the_checklist_has_72_rows() -> None:
    assert [block.rows for block in CHECKLIST] == [(row,) for row in range(1, 73)]
    assert [block.rows[0] for block in CHECKLIST if not block.commands] == list(PROSE)


def test_what_is_no_command_stands_there_in_words() -> None:
    text = RUNBOOK.read_text()
    assert [words for words in PROSE.values() if words not in text] == []


def test_every_link_within_the_runbook_leads_to_a_heading() -> None:
    text = RUNBOOK.read_text()
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = set(re.findall(r"\]\(#([^)]+)\)", text))
    assert links
    assert links <= anchors


@pytest.mark.parametrize(
    "text",
    ["```bash\nkubectl get pods\n", "```yaml\na: 1\n```\n", "```sql\nSELECT 1;\n```\n", "```bash\n> PING\n```\n"],
    ids=["no end", "unknown kind", "SQL alone", "typed into nothing"],
)
def test_a_block_that_nobody_could_paste_is_refused(tmp_path: Path, text: str) -> None:
    page = tmp_path / "RUNBOOK.md"
    page.write_text(text)
    with pytest.raises(ValueError, match=r"(RUNBOOK\.md:|line )\d"):
        document.read(page)
