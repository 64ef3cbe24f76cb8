"""What the image is made of is enough to start every process, and nothing else is in it.

The image itself is built where there is an engine (README). Here its files are copied as `.dockerignore` allows, and
imports of distributions that `requirements/base.txt` does not name are refused, as they would fail in it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PROCESSES = {
    "gateway": "bot",
    "audio": "workers.audio",
    "audio child": "workers.audio.app",
    "api": "project.api",
    "api's pages": "project.asgi",
    "worker, beat": "project.celery",
    "flower": "flower.command",
}
ONLY_PINNED = """
import importlib.abc, importlib.metadata, os, re, sys
def plain(name): return re.sub(r"[-_.]+", "-", name).lower()
pinned = {plain(line.split("==")[0]) for line in open(os.environ["PINNED"]) if "==" in line and not line[0].isspace()}
refused = {
    module
    for module, distributions in importlib.metadata.packages_distributions().items()
    if not pinned & {plain(name) for name in distributions}
}
class OnlyPinned(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in refused:
            raise ModuleNotFoundError(f"{name} is not in requirements/base.txt", name=name)
sys.meta_path.insert(0, OnlyPinned())
"""


def allowed() -> list[str]:
    """What `.dockerignore` lets into the image; all else is shut out by its first rule."""
    rules = [line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    assert rules[0] == "*"
    return [rule[1:] for rule in rules if rule.startswith("!")]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image's /app, with the list of pinned distributions beside it."""
    app = tmp_path_factory.mktemp("image") / "app"
    for name in allowed():
        (app / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, app / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copy(ROOT / name, app / name)
    return app


def run_in(image: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python code as the image would."""
    return subprocess.run(
        [sys.executable, "-P", "-c", ONLY_PINNED + code],
        cwd=image,
        env={
            **os.environ,
            "PYTHONPATH": str(image),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PINNED": str(image / "requirements/base.txt"),
            "DJANGO_SETTINGS_MODULE": "project.settings",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("module", PROCESSES.values(), ids=PROCESSES.keys())
def test_every_process_finds_what_it_imports(image: Path, module: str) -> None:
    load = "import importlib; from kombu import Connection; Connection('redis://').transport\n"
    ended = run_in(image, load + f"importlib.import_module({module!r})\nassert 'simulator' not in sys.modules")
    assert ended.returncode == 0, ended.stderr


def test_what_is_not_pinned_cannot_be_imported(image: Path) -> None:
    assert "is not in requirements/base.txt" in run_in(image, "import pytest").stderr
    assert "No module named 'simulator'" in run_in(image, "import simulator").stderr


def test_migrations_run_from_the_image(image: Path) -> None:
    ended = run_in(
        image,
        "import runpy; sys.argv = ['manage.py', 'migrate', '--plan']; runpy.run_path('manage.py', run_name='__main__')",
    )
    assert ended.returncode == 0, ended.stderr
    assert "Planned operations" in ended.stdout


def test_everything_of_ours_that_runs_is_in_it() -> None:
    assert {"manage.py", "requirements/base.txt", "apps", "bot", "project", "workers"} == set(allowed())


def test_nobody_is_root_in_it() -> None:
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]


def test_the_tools_of_the_runbook_are_in_it_and_no_compiler() -> None:
    installed = re.findall(r"apt-get install (.+?) \\", DOCKERFILE)
    assert len(installed) == 1
    assert {"curl", "netcat-openbsd"} <= set(installed[0].split())
    assert not {"gcc", "g++", "make", "build-essential", "python3-dev"} & set(installed[0].split())


def test_no_secret_is_baked_in() -> None:
    assert not re.search(r"TOKEN|PASSWORD|SECRET|_KEY", DOCKERFILE)
