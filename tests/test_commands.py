"""What `make` starts besides pytest imports as it is started: with no settings, plugins or conftest loaded before."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
IMPORT = "import runpy, sys; runpy.run_module(sys.argv[1], run_name='not main')"


@pytest.mark.parametrize("module", ["simulator.demo", "tests.bench", "tests.cluster", "tests.runbook"])
def test_a_command_of_the_makefile_imports_on_its_own(module: str) -> None:
    assert f"-m {module}" in (ROOT / "Makefile").read_text()
    entry = module if module == "simulator.demo" else f"{module}.__main__"
    subprocess.run([sys.executable, "-c", IMPORT, entry], cwd=ROOT, check=True)
