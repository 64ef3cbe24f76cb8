"""Types what RUNBOOK.md prints as an operator does: follows logs, edits, forwards ports, types into programs."""

from __future__ import annotations

import contextlib
import shlex
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from tests.cluster import Cluster, CommandFailed, Completed
from tests.runbook.document import Edit, Typed

WATCH_SECONDS = 8
"""How long something that does not end by itself is watched before Ctrl-C."""
EDITOR = Path(__file__).with_name("editor.py")
TIMED_OUT = 124
"""coreutils' timeout says so."""
CUT_OFF = 141
"""bash says so of a command whose reader is gone: SIGPIPE."""


class Hands:
    """One operator. `meanwhile` happens while something is being watched, so that there is something to see."""

    def __init__(self, cluster: Cluster, meanwhile: Callable[[], None]) -> None:
        self._cluster = cluster
        self._meanwhile = meanwhile
        self._forwards = contextlib.ExitStack()

    def do(self, command: Typed, text: str, lines: list[str]) -> Completed:
        """Carry out `command`; `text` and `lines` are its own with all placeholders filled."""
        if "port-forward" in text:
            return self._forward(text)
        if command.edits:
            return self._edit(text, command.edits)
        if self._endless(text, lines):
            return self._watch(text, lines)
        if lines:
            return self._cluster.run(text, stdin="\n".join([*lines, "\\q", ""]))
        if text.startswith("curl "):
            return self._patiently(text)
        typed = "exit\n" if text.endswith("/bin/sh") else ""
        done = self._cluster.run(text, stdin=typed, tty=" -it " in text)
        ended = 0 if done.rc == CUT_OFF and "| head" in text else done.rc  # head has read what it shows
        return Completed(text, done.stdout, done.stderr, ended)

    def let_go(self) -> None:
        """Ctrl-C to the forwarded ports."""
        self._forwards.close()

    @staticmethod
    def _endless(text: str, lines: list[str]) -> bool:
        return " logs -f " in text or any(line.startswith(("SUBSCRIBE", "MONITOR")) for line in lines)

    def _watch(self, text: str, lines: list[str]) -> Completed:
        """Ctrl-C after a while is how such a command ends well. Who types needs no terminal for it."""
        if lines:
            typed = " ".join(shlex.quote(line) for line in lines)
            text = f"(printf '%s\\n' {typed}; sleep {WATCH_SECONDS}) | {text}"
        line = f"timeout --signal=INT --kill-after=5 {WATCH_SECONDS} bash -o pipefail -c {shlex.quote(text)}"
        happens = threading.Thread(target=self._meanwhile)
        happens.start()
        try:
            done = self._cluster.run(line, tty=not lines)
        finally:
            happens.join()
        return Completed(text, done.stdout, done.stderr, 0 if done.rc == TIMED_OUT else done.rc)

    def _edit(self, text: str, edits: list[Edit]) -> Completed:
        change = " ".join(shlex.quote(word) for edit in edits for word in (edit.path, edit.value))
        return self._cluster.run(text, EDITOR=f"{sys.executable} {EDITOR} {change}")

    def _forward(self, text: str) -> Completed:
        running = self._forwards.enter_context(self._cluster.background(text))
        waited = threading.Event()
        for _ in range(100):
            if "Forwarding from" in running.text() or not running.alive():
                break
            waited.wait(0.2)
        return Completed(text, running.text(), "", 0 if running.alive() else 1)

    def _patiently(self, text: str) -> Completed:
        """A port that was forwarded just now may refuse the first call."""
        waited = threading.Event()
        for _ in range(10):
            done = self._cluster.run(text)
            if done.rc != 7:  # curl: could not connect
                return done
            waited.wait(0.5)
        raise CommandFailed(f"$ {text}\n{done.stderr}")
