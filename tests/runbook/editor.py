"""The editor of `kubectl edit`: changes what RUNBOOK.md says at a path of the object, `path value …  file`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import yaml

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def change(document: Any, path: str, value: str) -> None:
    """Set what lies at `path` (`a.b[0].c`); a path of one word is a setting's line in a ConfigMap's text.

    Raises LookupError if there is no such thing, as a person would see.
    """
    steps = [int(index) if index else name for name, index in _STEP.findall(path)]
    if len(steps) == 1:
        _change_line(document["data"], path, value)
        return
    inner = document
    for step in steps[:-1]:
        inner = inner[step]
    if steps[-1] not in inner:
        raise LookupError(f"there is no {path}")
    inner[steps[-1]] = yaml.safe_load(value)


def _change_line(texts: dict[str, str], setting: str, value: str) -> None:
    line = re.compile(rf"^{re.escape(setting)} .*$", re.MULTILINE)
    for key, text in texts.items():
        if line.search(text):
            texts[key] = line.sub(f"{setting} {value}", text)
            return
    raise LookupError(f"no line says {setting}")


if __name__ == "__main__":
    *words, name = sys.argv[1:]
    file = Path(name)
    edited = yaml.safe_load(file.read_text(encoding="utf-8"))
    for path, value in zip(words[::2], words[1::2], strict=True):
        change(edited, path, value)
    file.write_text(yaml.safe_dump(edited), encoding="utf-8")
