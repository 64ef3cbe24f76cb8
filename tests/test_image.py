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


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions: keyword, and the rest as one line; comments are left out."""
    lines = [line for line in DOCKERFILE.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ").splitlines()
    return [(keyword, re.sub(r"\s+", " ", rest)) for keyword, _, rest in (line.partition(" ") for line in joined)]


def faults(steps: list[tuple[str, str]]) -> set[str]:
    """Rules of hadolint that are broken (its wiki explains each); those that matter to an image like ours."""
    runs = [rest for keyword, rest in steps if keyword == "RUN"]
    bases = [rest.split(" ")[0] for keyword, rest in steps if keyword == "FROM"]
    given = dict(rest.partition("=")[::2] for keyword, rest in steps if keyword == "ARG")
    named = [re.sub(r"^\$\{(\w+)\}$", lambda found: given.get(found[1], ""), base) for base in bases]
    apt = [run for run in runs if "apt-get install" in run]
    broken = {
        "DL3002": [rest for keyword, rest in steps if keyword == "USER"][-1:] in ([], ["root"], ["0"]),
        "DL3003": any(re.search(r"(^|&& |; )cd ", run) for run in runs),
        "DL3004": any(re.search(r"\bsudo ", run) for run in runs),
        "DL3006": any(":" not in base.rpartition("/")[2] and "@" not in base for base in named),
        "DL3007": any(base.endswith(":latest") for base in named),
        "DL3009": any("rm -rf /var/lib/apt/lists/*" not in run for run in apt),
        "DL3014": any(not re.search(r"install.* (-y|--yes)\b", run) for run in apt),
        "DL3015": any("--no-install-recommends" not in run for run in apt),
        "DL3020": any(keyword == "ADD" for keyword, _rest in steps),
        "DL3025": any(keyword in ("CMD", "ENTRYPOINT") and not rest.startswith("[") for keyword, rest in steps),
        "DL3042": any("pip install" in run and "--no-cache-dir" not in run for run in runs),
        "DL3045": any(
            keyword == "COPY" and not rest.split(" ")[-1].startswith("/") and "WORKDIR" not in dict(steps[:at])
            for at, (keyword, rest) in enumerate(steps)
        ),
        "DL4006": any(re.search(r"[^|]\|[^|]", run) for run in runs),
        "DL4000": any(keyword == "MAINTAINER" for keyword, _rest in steps),
    }
    return {rule for rule, is_broken in broken.items() if is_broken}


def test_it_keeps_the_rules_of_an_image() -> None:
    assert [keyword for keyword, _rest in instructions()].count("FROM") == 2
    assert faults(instructions()) == set()


@pytest.mark.parametrize(
    ("rule", "step"),
    [
        ("DL3002", ("USER", "root")),
        ("DL3003", ("RUN", "cd /app && ls")),
        ("DL3004", ("RUN", "sudo ls")),
        ("DL3006", ("FROM", "python")),
        ("DL3007", ("FROM", "registry:5000/python:latest")),
        ("DL3009", ("RUN", "apt-get install --yes --no-install-recommends curl")),
        ("DL3014", ("RUN", "apt-get install --no-install-recommends curl && rm -rf /var/lib/apt/lists/*")),
        ("DL3015", ("RUN", "apt-get install --yes curl && rm -rf /var/lib/apt/lists/*")),
        ("DL3020", ("ADD", ". /app")),
        ("DL3025", ("CMD", "python -m bot")),
        ("DL3042", ("RUN", "pip install celery")),
        ("DL4000", ("MAINTAINER", "somebody")),
        ("DL4006", ("RUN", "curl https://example.org | sh")),
    ],
)
def test_a_rule_that_is_broken_is_found(rule: str, step: tuple[str, str]) -> None:
    assert faults([*instructions(), step]) == {rule}


def test_a_copy_to_nowhere_in_particular_is_found() -> None:
    assert faults([("FROM", "python:3"), ("COPY", ". app"), ("USER", "1")]) == {"DL3045"}


def test_hadolint_agrees() -> None:
    if shutil.which("hadolint") is None:
        pytest.skip("hadolint is not installed: of its rules only those above are checked in the Dockerfile")
    ended = subprocess.run(
        ["hadolint", "--failure-threshold", "warning", str(ROOT / "Dockerfile")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_nobody_is_root_in_it() -> None:
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]


def test_the_tools_of_the_runbook_are_in_it_and_no_compiler() -> None:
    installed = re.findall(r"apt-get install (.+?) \\", DOCKERFILE)
    assert len(installed) == 1
    assert {"curl", "netcat-openbsd"} <= set(installed[0].split())
    assert not {"gcc", "g++", "make", "build-essential", "python3-dev"} & set(installed[0].split())


def test_no_secret_is_baked_in() -> None:
    assert not re.search(r"TOKEN|PASSWORD|SECRET|_KEY", DOCKERFILE)
