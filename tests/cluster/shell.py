"""An operator's shell: lines as the runbook prints them, run against the cluster."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

WAIT_SECONDS = 180
TERMINAL = (60, 200)
"""Rows and columns."""


class CommandFailed(Exception):
    """A line ended with another code than 0, or not in time."""


@dataclass(frozen=True)
class Completed:
    """How a line ended."""

    line: str
    stdout: str
    stderr: str
    rc: int

    def check(self) -> Completed:
        """Itself; raises CommandFailed if it did not end with 0."""
        if self.rc != 0:
            raise CommandFailed(f"$ {self.line}\n{self.stdout}{self.stderr}(ended with {self.rc})")
        return self


class Background:
    """A line that goes on, and what it has printed so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def text(self) -> str:
        """Standard output and standard error."""
        return "".join(self._lines)

    def alive(self) -> bool:
        """Whether it goes on."""
        return self._process.poll() is None

    def end(self) -> None:
        """Ctrl-C, to all of it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGINT)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._reader.join()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout:
            self._lines.extend(iter(self._process.stdout.readline, ""))


class Shell:
    """bash with `environment`, in a folder of its own, seeing `hosts` as /etc/hosts."""

    def __init__(self, folder: Path, environment: Mapping[str, str], hosts: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._environment = {**os.environ, **environment}
        self._start = with_hosts(hosts)

    def run(
        self, line: str, *, stdin: str = "", tty: bool = False, seconds: float = WAIT_SECONDS, **env: str
    ) -> Completed:
        """Run it to its end; CommandFailed if it does not end in time. With `tty` stdout holds stderr, too."""
        command = [*self._start, "bash", "-o", "pipefail", "-c", line]
        environment = {**self._environment, **env}
        if tty:
            return self._run_on_terminal(line, command, environment, stdin, seconds)
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            cwd=self._folder,
            env=environment,
            start_new_session=True,
        )
        try:
            stdout, stderr = process.communicate(stdin, timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            stdout, stderr = process.communicate()
            raise CommandFailed(f"$ {line}\n{stdout}{stderr}(did not end within {seconds} s)") from None
        return Completed(line, stdout, stderr, process.returncode)

    @contextlib.contextmanager
    def background(self, line: str) -> Iterator[Background]:
        """Run it until the block ends."""
        process = subprocess.Popen(
            [*self._start, "bash", "-o", "pipefail", "-c", line],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd=self._folder,
            env=self._environment,
            start_new_session=True,
        )
        running = Background(process)
        try:
            yield running
        finally:
            running.end()

    def _run_on_terminal(
        self, line: str, command: list[str], environment: Mapping[str, str], typed: str, seconds: float
    ) -> Completed:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *TERMINAL, 0, 0))
        process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=self._folder,
            env=environment,
            start_new_session=True,
        )
        os.close(theirs)
        said: list[bytes] = []
        reader = threading.Thread(target=_drain, args=(ours, said), daemon=True)
        reader.start()
        if typed:
            os.write(ours, typed.encode())
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise CommandFailed(f"$ {line}\n{_text(said)}(did not end within {seconds} s)") from None
        finally:
            reader.join(2)
            os.close(ours)
        return Completed(line, _text(said), "", process.returncode)


def with_hosts(hosts: Path) -> list[str]:
    """The beginning of a command that sees `hosts` as /etc/hosts."""
    return ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"', str(hosts)]


def _drain(descriptor: int, said: list[bytes]) -> None:
    with contextlib.suppress(OSError):  # a terminal that everybody has left says EIO
        while data := os.read(descriptor, 65536):
            said.append(data)


def _text(said: list[bytes]) -> str:
    return b"".join(said).decode(errors="replace").replace("\r\n", "\n")
