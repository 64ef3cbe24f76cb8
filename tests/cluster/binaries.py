"""Where the built Kubernetes binaries lie; they are outside the tree, and a build may take minutes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "scripts" / "k8s_build.sh"
NOT_BUILT = 3
"""The script's exit code when it may not or cannot build."""


class NotBuilt(Exception):
    """There is no API server on this machine and none was built; the message says why."""


def find_binaries(*, build: bool) -> Path:
    """Their folder; with `build` they are made if they are missing. Raises NotBuilt."""
    environment = os.environ if build else {**os.environ, "NO_BUILD": "1"}
    done = subprocess.run([str(SCRIPT)], env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode == NOT_BUILT:
        raise NotBuilt("There is no Kubernetes API server on this machine: run make k8s-build.")
    done.check_returncode()
    return Path(done.stdout.splitlines()[-1])
