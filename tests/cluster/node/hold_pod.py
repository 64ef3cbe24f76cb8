"""A pod's own view of the machine: `hold_pod.py <pod.json>` builds its root file system, says so, and holds it."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

if __package__ in {None, ""}:  # run as a script, which needs nothing but this folder
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import linux  # type: ignore[import-not-found] # mypy sees the package
else:
    from tests.cluster.node import linux

HOST = "/.host"
"""Where the machine's own root is inside; what a pod does not have for itself is a link into it."""


def main(spec_path: str) -> None:
    """Never returns; the process is the pod's anchor, and its end is the pod's."""
    linux.die_with_parent(signal.SIGKILL)
    spec: dict[str, Any] = json.loads(Path(spec_path).read_text(encoding="utf-8"))
    linux.unshare(linux.CLONE_NEWNS | linux.CLONE_NEWUTS)
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    socket.sethostname(spec["name"])
    root = Path(spec["root"])
    linux.mount("tmpfs", str(root), "tmpfs", 0, "mode=755")
    (root / HOST[1:]).mkdir()
    linux.mount("/", str(root) + HOST, None, linux.MS_BIND | linux.MS_REC)
    _compose(root, spec)
    os.chroot(root)
    os.chdir("/")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        signal.pause()


def _compose(root: Path, spec: dict[str, Any]) -> None:
    mounts = sorted(spec["mounts"], key=lambda each: str(each["target"]).count("/"))
    places = [_real(each["target"]) for each in mounts] + [_real(target) for target in spec["links"]]
    _fill(root, "/", {tuple(place.split("/")[1:]) for place in places})
    for target, source in spec["links"].items():
        path = root / _real(target)[1:]
        path.unlink(missing_ok=True)
        path.symlink_to(HOST + source)
    for each in mounts:
        target = root / _real(each["target"])[1:]
        if Path(each["source"]).is_dir():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch()
        linux.mount(each["source"], str(target), None, linux.MS_BIND)


def _fill(root: Path, folder: str, places: set[tuple[str, ...]]) -> None:
    """Make `folder` of the machine anew inside: links to all its entries, but folders of our own towards `places`."""
    inside = root / folder[1:]
    inside.mkdir(exist_ok=True)
    deeper = {place[0]: {rest[1:] for rest in places if rest[0] == place[0] and len(rest) > 1} for place in places}
    if Path(folder).is_dir():
        for name in os.listdir(folder):
            here, there = inside / name, os.path.join(folder, name)
            if name in deeper:
                continue
            if os.path.islink(there):
                here.symlink_to(os.readlink(there))
            else:
                here.symlink_to(HOST + there)
    for name, rest in deeper.items():
        if rest:
            _fill(root, os.path.join(folder, name), rest)


def _real(target: str) -> str:
    """Links of the machine on the way, such as /var/run, are followed."""
    return os.path.realpath(target)


if __name__ == "__main__":
    main(sys.argv[1])
