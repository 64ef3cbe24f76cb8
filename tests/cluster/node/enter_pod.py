#!/usr/bin/env python3
"""Runs a command inside a pod: `enter_pod.py <namespace> <pod> <container> <command…>`; for `kubectl exec`.

$SEGUE_PODS is the folder of all pods. $SEGUE_DIE_WITH_PARENT=1 has the command end with the thread that started it.
"""

from __future__ import annotations

import json
import os
import pwd
import signal
import sys
from pathlib import Path
from typing import Any

if __package__ in {None, ""}:  # run as a script, which needs nothing but this folder
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import linux  # type: ignore[import-not-found] # mypy sees the package
else:
    from tests.cluster.node import linux

NOT_RUNNING = 126
NOT_FOUND = 127


def main(namespace: str, pod: str, container: str, *command: str) -> int:
    """Becomes the command; returns only when it cannot."""
    note = Path(os.environ["SEGUE_PODS"]) / namespace / pod / f"{container}.json"
    try:
        spec: dict[str, Any] = json.loads(note.read_text(encoding="utf-8"))
        dies = os.environ.get("SEGUE_DIE_WITH_PARENT") == "1"
        _enter(spec)
    except OSError as error:
        sys.stderr.write(f"container {container} of {pod} is not running: {error}\n")
        return NOT_RUNNING
    if dies:
        linux.die_with_parent(signal.SIGTERM)
    environment: dict[str, str] = spec["env"]
    if sys.stdin.isatty():
        environment["TERM"] = "xterm"
    os.environ["PATH"] = environment["PATH"]  # it is searched in the pod's own
    try:
        os.execvpe(command[0], command, environment)  # noqa: S606 # an operator's own command
    except OSError as error:
        sys.stderr.write(f"exec: {command[0]}: {error.strerror}\n")
    return NOT_FOUND


def _enter(spec: dict[str, Any]) -> None:
    process = f"/proc/{spec['holder']}"
    user = pwd.getpwnam(spec["user"]) if spec["user"] else None
    root = os.open(f"{process}/root", os.O_RDONLY)
    linux.enter(f"{process}/ns/uts", linux.CLONE_NEWUTS)
    linux.enter(f"{process}/ns/mnt", linux.CLONE_NEWNS)
    os.fchdir(root)
    os.chroot(".")
    os.chdir(spec["cwd"])
    if user is not None:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
