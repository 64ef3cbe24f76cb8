"""Flower can stop workers: without a login it does not start, however it is started."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports import free_port

PRODUCTION = {
    "SANDBOX": "0",
    "DISCORD_API_URL": "https://discord.com/api/v10",
    "DISCORD_GATEWAY_URL": "wss://gateway.discord.gg/",
    "REDIS_URL": "redis://127.0.0.1:9/0",
}


def start_flower(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "celery", "-A", "project", "flower", *arguments],
        env={**os.environ, **PRODUCTION, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        ((), {}, "FLOWER_BASIC_AUTH is not set."),
        ((), {"FLOWER_BASIC_AUTH": "operator"}, "must look like user:password"),
        ((), {"FLOWER_BASIC_AUTH": "operator:"}, "must look like user:password"),
        ((), {"FLOWER_BASIC_AUTH": "a:b,"}, "must look like user:password"),
        ((), {"FLOWER_BASIC_AUTH": "a:b", "FLOWER_UNAUTHENTICATED_API": "true"}, "opens Flower to everybody"),
        (("--basic-auth=",), {"FLOWER_BASIC_AUTH": "a:b"}, "not from --basic-auth or --conf"),
        (("--basic_auth=x:y",), {"FLOWER_BASIC_AUTH": "a:b"}, "not from --basic-auth or --conf"),
        (("--conf=/nowhere",), {"FLOWER_BASIC_AUTH": "a:b"}, "not from --basic-auth or --conf"),
    ],
)
def test_it_refuses_to_start_open(arguments: tuple[str, ...], environment: dict[str, str], sentence: str) -> None:
    ended = start_flower(*arguments, **environment)
    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert ended.stderr.startswith("segue: ")


@pytest.fixture
def flower(redis_url: str, tmp_path: Path) -> Iterator[str]:
    """Address of a Flower as in production, its login in a file."""
    (tmp_path / "login").write_text("operator:from a file\n", encoding="utf-8")
    port = free_port()
    environment = {
        **os.environ,
        **PRODUCTION,
        "REDIS_URL": redis_url,
        "LISTEN_HOST": "127.0.0.1",
        "FLOWER_PORT": str(port),
        "FLOWER_BASIC_AUTH_FILE": str(tmp_path / "login"),
    }
    process = subprocess.Popen([sys.executable, "-m", "celery", "-A", "project", "flower"], env=environment)
    try:
        for _ in range(600):
            if status_of(f"http://127.0.0.1:{port}/healthcheck", None) == 200:
                break
            assert process.poll() is None, "Flower ended"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def status_of(url: str, login: str | None) -> int:
    """The status of an answer, 0 while nobody listens."""
    request = urllib.request.Request(url)  # noqa: S310 # loopback
    if login is not None:
        request.add_header("Authorization", "Basic " + base64.b64encode(login.encode()).decode())
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 # loopback
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_the_login_may_lie_in_a_file_and_the_sandboxes_own_opens_nothing(flower: str) -> None:
    assert status_of(flower + "/api/workers", None) == 401
    assert status_of(flower + "/api/workers", "segue:sandbox") == 401
    assert status_of(flower + "/api/workers", "operator:from a file") == 200
