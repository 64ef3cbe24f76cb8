"""Documents lead somewhere: every relative link and anchor, every command of make, every file that is named."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parent.parent
NAMES = ["README.md", "RUNBOOK.md", "CONTRIBUTING.md", *sorted(f"docs/{path.name}" for path in ROOT.glob("docs/*.md"))]
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
MAKE = re.compile(r"(?:`|^)(?:[A-Z_]+=\S+ )*make ((?:[a-z0-9][a-z0-9-]*)(?: [a-z0-9][a-z0-9-]*)*)", re.MULTILINE)


def links(text: str) -> list[str]:
    """Where it leads inside the repository; what stands in fences is no link."""
    found = (one or other for one, other in LINK.findall(FENCE.sub("", text)))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def anchors(text: str) -> set[str]:
    """As GitHub makes them of headings, and those that are written by hand."""
    names: set[str] = set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))
    for heading in re.findall(r"^#+ +(.+?) *$", FENCE.sub("", text), re.MULTILINE):
        name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        again = sum(1 for known in names if re.fullmatch(rf"{re.escape(name)}(-\d+)?", known))
        names.add(f"{name}-{again}" if name in names else name)
    return names


def leads_nowhere(document: Path, link: str) -> bool:
    path, _, anchor = unquote(link).partition("#")
    target = (document.parent / path).resolve() if path else document
    if not target.exists():
        return True
    return bool(anchor) and target.suffix == ".md" and anchor not in anchors(target.read_text(encoding="utf-8"))


def made() -> set[str]:
    """Targets of the Makefile."""
    return set(re.findall(r"^([a-z0-9][a-z0-9-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def wanted(text: str) -> set[str]:
    """Targets that a document's commands name: in backticks, or at the beginning of a line."""
    return {target for targets in MAKE.findall(text) for target in targets.split()}


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(name: str) -> None:
    document = ROOT / name
    text = document.read_text(encoding="utf-8")
    assert [link for link in links(text) if leads_nowhere(document, link)] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_target_of_make_exists(name: str) -> None:
    fenced = FENCE.findall((ROOT / name).read_text(encoding="utf-8"))
    spoken = re.findall(r"`[^`\n]+`", FENCE.sub("", (ROOT / name).read_text(encoding="utf-8")))
    assert {target for text in (*fenced, *spoken) for target in wanted(text)} - made() == set()


def test_the_readme_leads_to_every_document() -> None:
    led = {link.partition("#")[0] for link in links((ROOT / "README.md").read_text(encoding="utf-8"))}
    assert set(NAMES) - {"README.md"} <= led


def test_a_wrong_link_anchor_or_target_is_found(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text("# A heading: of *two*\n[a](#a-heading-of-two) [b](#none) [c](none.md)\n", encoding="utf-8")
    text = document.read_text(encoding="utf-8")
    assert [leads_nowhere(document, link) for link in links(text)] == [False, True, True]
    assert wanted("`CHECK=1 make demo nothing-such`") - made() == {"nothing-such"}


def test_what_is_linked_is_in_the_repository() -> None:
    """A file that only lies here would be missing elsewhere."""
    tracked = set(subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.splitlines())
    if not tracked:
        pytest.skip("not a git checkout")
    missing = set()
    for name in NAMES:
        for link in links((ROOT / name).read_text(encoding="utf-8")):
            path = unquote(link).partition("#")[0]
            target = (ROOT / name).parent.joinpath(path).resolve() if path else ROOT / name
            if target.is_file() and str(target.relative_to(ROOT)) not in tracked:
                missing.add(f"{name}: {link}")
    assert missing == set()
