"""How the api process starts, and that its processes count together."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports import free_port


def status_of(url: str) -> int:
    """The status of an answer, 0 while nobody listens."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 # loopback
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@pytest.fixture
def api_of_two(tmp_path: Path) -> Iterator[str]:
    """Address of an api that runs as two processes; it ends in order and leaves no file."""
    port = free_port()
    api = subprocess.Popen(
        [sys.executable, "-m", "project.api"],
        env={**os.environ, "API_PORT": str(port), "API_WORKERS": "2", "TMPDIR": str(tmp_path)},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            if status_of(url + "/health") == 200:
                break
            assert api.poll() is None, "the api ended"
            time.sleep(0.05)
        yield url
    finally:
        api.terminate()
        code = api.wait(30)
    assert (code, list(tmp_path.iterdir())) == (0, [])


def test_whichever_process_is_asked_tells_of_all_requests(api_of_two: str) -> None:
    for _ in range(12):
        assert status_of(api_of_two + "/nowhere") == 404
    counted = set()
    for _ in range(8):
        with urllib.request.urlopen(api_of_two + "/metrics", timeout=5) as answer:  # noqa: S310 # loopback
            lines = answer.read().decode().splitlines()
        counted |= {line for line in lines if line.startswith("api_requests_total{")}
    assert counted == {'api_requests_total{method="GET",route="none",status="404"} 12.0'}


def test_a_taken_port_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "-m", "project.api"],
            env={**os.environ, "API_PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 2
    assert f"Port {port} on 127.0.0.1 cannot be used" in ended.stderr
