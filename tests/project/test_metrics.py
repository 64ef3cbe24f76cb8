"""What several processes count is told as one sum."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COUNTED_TWICE = """
import os
import prometheus_client  # as the celery command does, before any module of ours
from project import metrics
metrics.share("tried")
counter = prometheus_client.Counter("tried_total", "Tried")
counter.inc()
if os.fork() == 0:
    counter.inc()
    os._exit(0)
os.wait()
print(metrics.exposition().decode())
"""


def _own_environment() -> dict[str, str]:
    """Ours without the folder in which a test before this one may count."""
    return {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}


def test_processes_that_share_are_counted_together_and_leave_nothing_behind(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", COUNTED_TWICE],
        env={**_own_environment(), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "tried_total 2.0" in ended.stdout
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_uses_is_not(tmp_path: Path) -> None:
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    (tmp_path / f"segue-metrics-tried-{killed.pid}-abc").mkdir()
    (tmp_path / f"segue-metrics-tried-{os.getpid()}-abc").mkdir()
    (tmp_path / f"segue-metrics-other-{killed.pid}-abc").mkdir()
    subprocess.run(
        [sys.executable, "-c", COUNTED_TWICE],
        env={**_own_environment(), "TMPDIR": str(tmp_path)},
        check=True,
        capture_output=True,
    )
    left = {folder.name for folder in tmp_path.iterdir()}
    assert left == {f"segue-metrics-tried-{os.getpid()}-abc", f"segue-metrics-other-{killed.pid}-abc"}


DIED = """
import os, signal
import prometheus_client
from project import metrics
metrics.share("tried")
counter = prometheus_client.Counter("tried_total", "Tried")
gauge = prometheus_client.Gauge("tried_open", "Tried just now", multiprocess_mode="livesum")
gauge.set(1)
reading, writing = os.pipe()
child = os.fork()
if child == 0:
    gauge.set(2)
    counter.inc()
    os.write(writing, b"told")
    signal.pause()
assert os.read(reading, 4) == b"told"
print("BOTH", metrics.exposition().decode().split())
os.kill(child, 9)
os.wait()
print("ONE", metrics.exposition().decode().split())
"""


def test_what_is_open_in_a_process_that_died_is_open_no_more_and_what_it_counted_stays(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", DIED],
        env={**_own_environment(), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    both, one = ended.stdout.splitlines()
    assert "'tried_open', '3.0'" in both
    assert "'tried_open', '1.0'" in one
    assert "'tried_total', '1.0'" in one
