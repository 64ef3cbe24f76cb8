"""`make k8s-up` and `make k8s-down`: a Kubernetes API server for people, with nodes that only pretend."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.cluster.binaries import NOT_BUILT, ROOT, NotBuilt, find_binaries
from tests.cluster.control_plane import ClusterFailed, ControlPlane

FOLDER = ROOT / ".run" / "k8s"


def main(action: str) -> int:
    """0 when it is up (or down); 1 when it did not start, 3 when it is not built."""
    if action not in {"up", "down"}:
        sys.stderr.write("usage: python -m tests.cluster up|down\n")
        return 2
    if action == "down":
        ControlPlane(FOLDER, Path(), forward=[]).down()
        sys.stderr.write("k8s: down\n")
        return 0
    try:
        plane = ControlPlane(FOLDER, find_binaries(build=True), forward=[])
        _up(plane)
    except NotBuilt as sentence:
        sys.stderr.write(f"{sentence}\n")
        return NOT_BUILT
    except ClusterFailed as sentence:
        sys.stderr.write(f"k8s: {sentence}\n")
        return 1
    sys.stdout.write(f"export KUBECONFIG={plane.kubeconfig} PATH={plane.binaries}:$PATH\n")
    return 0


def _up(plane: ControlPlane) -> None:
    if plane.alive():
        sys.stderr.write("k8s: is up already\n")
        return
    started = time.monotonic()
    plane.up()
    sys.stderr.write(f"k8s: up after {time.monotonic() - started:.1f} s; its nodes and pods only pretend\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
