"""What each image of the manifests would bring, taken from this machine: programs, users and the way it starts."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from tests.cluster.binaries import ROOT

STAND_INS = ROOT / "tests" / "cluster" / "images"
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class NoSuchImage(Exception):
    """A manifest names an image that this machine knows no stand-in for."""


@dataclass(frozen=True)
class Image:
    """Beside the machine's own files: `links` (inside → machine), `mounts`, and where and as whom it starts."""

    links: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    mounts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    env: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    entrypoint: tuple[str, ...] = ()
    cwd: str = "/"
    user: str = ""
    """A user of this machine's that stands for the image's; empty is the harness's own."""
    stop: signal.Signals = signal.SIGTERM
    """As the image's STOPSIGNAL says."""


def image_of(name: str) -> Image:
    """The stand-in for an image, whatever its tag and registry. Raises NoSuchImage."""
    kind = name.rpartition("/")[2].partition(":")[0]
    makers = {"segue": _segue, "postgres": _postgres, "redis": _redis, "lavalink": _lavalink}
    if kind not in makers:
        raise NoSuchImage(name)
    return makers[kind]()


def _segue() -> Image:
    links = {} if shutil.which("nc") else {"/usr/local/bin/nc": str(STAND_INS / "nc")}
    mounts = {"/opt/venv": sys.prefix, "/app": str(ROOT)}
    if ROOT.parts[1] == "tmp":  # an emptyDir hides it, and the scripts of the venv name it
        mounts[str(ROOT)] = str(ROOT)
    env = {
        "PATH": f"/opt/venv/bin:{SYSTEM_PATH}",
        "PYTHONPATH": "/app",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "DJANGO_SETTINGS_MODULE": "project.settings",
    }
    return Image(links=links, mounts=mounts, env=env, cwd="/app")


def _postgres() -> Image:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    found = folders[-1] if folders else Path(shutil.which("postgres") or "/usr/bin/postgres").resolve().parent
    links = {f"/usr/local/bin/{program.name}": str(program) for program in found.iterdir()}
    links["/usr/local/bin/docker-entrypoint.sh"] = str(STAND_INS / "postgres_entrypoint.sh")
    user = "postgres" if os.getuid() == 0 else ""  # the server refuses root
    fast = signal.SIGINT  # sessions are ended; SIGTERM would wait for them
    return Image(links=links, entrypoint=("docker-entrypoint.sh",), user=user, stop=fast)


def _redis() -> Image:
    names = ("redis-server", "redis-cli", "redis-check-aof")
    return Image(links={f"/usr/local/bin/{name}": str(shutil.which(name)) for name in names}, cwd="/data")


def _lavalink() -> Image:
    mounts = {"/opt/venv": sys.prefix, "/app": str(ROOT)}
    env = {"PYTHONPATH": "/app", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return Image(links={"/usr/local/bin/java": str(STAND_INS / "java")}, mounts=mounts, env=env)
