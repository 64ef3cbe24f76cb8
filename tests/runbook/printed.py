"""When two command lines are the same but for what the operator fills in."""

from __future__ import annotations

import re

_POD = re.compile(r"<(?:[a-z]+-)?pod(?:-name)?>")
_VALUE = re.compile(r'(--from-literal=[A-Z_]+)="<[a-z-]+>"')


def as_printed(command: str) -> str:
    """A command with its placeholders under one name each: what is printed apart from them must be the same."""
    return " ".join(_POD.sub("<pod>", _VALUE.sub(r'\1="<value>"', command)).split())
