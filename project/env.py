"""Typed access to the environment, so that a bad value stops a process with one clear sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn


class StartRefused(SystemExit):
    """A process will not start; exit code 2, `sentence` tells the operator why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(2)
        self.sentence = sentence


def refuse_to_start(sentence: str) -> NoReturn:
    """Write the one sentence that an operator needs, and end with exit code 2."""
    sys.stderr.write(f"segue: {sentence}\n")
    sys.stderr.flush()
    raise StartRefused(sentence)


class Environment:
    """Reads settings from `values`; `NAME_FILE` names a file that holds the value (for mounted secrets)."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = os.environ if values is None else values

    def text(self, name: str, default: str | None = None) -> str:
        """The value of `name`, else of the file `NAME_FILE` names, else `default`; raises StartRefused."""
        value = self._raw(name)
        if value is None:
            if default is None:
                refuse_to_start(f"{name} is not set. Set it, or {name}_FILE to a file that holds it.")
            return default
        return value

    def number(self, name: str, default: int, *, low: int = 0, high: int = 2**31) -> int:
        """An integer between `low` and `high`."""
        raw = self._raw(name)
        if raw is None:
            return default
        try:
            value = int(raw)
        except ValueError:
            refuse_to_start(f"{name} must be a whole number, not {raw!r}.")
        if not low <= value <= high:
            refuse_to_start(f"{name} must be between {low} and {high}, not {value}.")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """1/true/yes/on or 0/false/no/off, in any case."""
        raw = self._raw(name)
        if raw is None:
            return default
        lowered = raw.lower()
        if lowered in {"1", "true", "yes", "on"}:
            return True
        if lowered in {"0", "false", "no", "off"}:
            return False
        refuse_to_start(f"{name} must be 1 or 0, not {raw!r}.")

    def _raw(self, name: str) -> str | None:
        value = self._values.get(name, "").strip()
        if value:
            return value
        path = self._values.get(f"{name}_FILE", "").strip()
        if not path:
            return None
        try:
            return Path(path).read_text(encoding="utf-8").strip() or None
        except OSError as error:
            refuse_to_start(f"{name}_FILE={path} cannot be read: {error.strerror}.")
