"""`celery -A project beat` says whether it lives and whether it can send, whatever Redis does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import redis
from prometheus_client.parser import text_string_to_metric_families

from project.health_server import Verdict
from project.job_schedule import HEARTBEAT
from project.task_queues import BACKGROUND_QUEUE
from tests.ports import free_port
from tests.project.test_health_server import verdict
from tests.redis_server import start_redis

BEAT = ["-m", "celery", "-A", "project", "beat", "--pidfile="]
IMPATIENT = """
import sys
from celery.__main__ import main
from project import beat_health
beat_health.SILENT_SECONDS = 0.1
sys.argv = ["celery", "-A", "project", "beat", "--pidfile="]
main()
"""
"""Beat that may rest for a tenth of a second only."""
WELL: Verdict = (200, {"status": "ok"})
READY: Verdict = (200, {"status": "ready"})


@contextmanager
def running(port: int, redis_port: int, *command: str) -> Iterator[None]:
    """Beat, until the end of the block."""
    environment = {**os.environ, "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0", "BEAT_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, *(command or BEAT)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        assert process.wait(timeout=60) == 0


def until(look: Callable[[], Verdict], wanted: Callable[[Verdict], bool]) -> Verdict:
    """The first answer that is `wanted`; nothing answers while beat begins."""
    deadline, last = time.monotonic() + 60, None
    while time.monotonic() < deadline:
        try:
            last = look()
        except URLError:
            time.sleep(0.05)
            continue
        if wanted(last):
            return last
        time.sleep(0.05)
    raise AssertionError(f"waited in vain, last: {last}")


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def redis_port() -> int:
    return free_port()


@pytest.fixture
def own_redis(redis_port: int, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Redis that a test may kill."""
    process = start_redis(redis_port, tmp_path)
    yield process
    process.kill()
    process.wait()


def test_it_is_ready_once_its_first_word_is_in_the_queue(
    port: int, redis_port: int, own_redis: subprocess.Popen[bytes]
) -> None:
    with running(port, redis_port):
        assert until(lambda: verdict(port, "/ready"), READY.__eq__) == READY
        assert verdict(port, "/health") == WELL
        with redis.Redis(port=redis_port) as client:
            assert client.llen(BACKGROUND_QUEUE) == 1
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            families = list(text_string_to_metric_families(answer.read().decode()))
        samples = [sample for family in families for sample in family.samples if not sample.name.endswith("_created")]
        assert {sample.name for sample in samples} == {
            "segue_beat_sent_total",
            "segue_beat_send_failures_total",
            "segue_beat_last_turn_timestamp_seconds",
        }
        sent = {sample.labels["task"] for sample in samples if sample.name == "segue_beat_sent_total" and sample.value}
        assert sent == {HEARTBEAT}


def test_a_redis_that_is_away_makes_it_unready_and_not_dead(
    port: int, redis_port: int, own_redis: subprocess.Popen[bytes]
) -> None:
    with running(port, redis_port):
        until(lambda: verdict(port, "/ready"), READY.__eq__)
        own_redis.kill()
        own_redis.wait()
        code, body = until(lambda: verdict(port, "/ready"), lambda seen: seen != READY)
        assert (code, body["away"]) == (503, ["redis"])
        assert verdict(port, "/health") == WELL


def test_it_begins_without_redis_and_says_that_nothing_was_sent(port: int, redis_port: int, tmp_path: Path) -> None:
    with running(port, redis_port):
        until(lambda: verdict(port, "/health"), WELL.__eq__)
        assert verdict(port, "/ready") == (
            503,
            {"status": "not ready", "away": ["redis"], "last_send": "none yet"},
        )
        came = start_redis(redis_port, tmp_path)
        try:
            until(lambda: verdict(port, "/ready"), READY.__eq__)
        finally:
            came.kill()
            came.wait()


def test_a_loop_that_does_not_turn_is_not_well(port: int, redis_port: int) -> None:
    with running(port, redis_port, "-c", IMPATIENT):
        code, body = until(lambda: verdict(port, "/health"), lambda seen: seen[0] == 503)
        assert (code, body["status"]) == (503, "stuck")


def test_a_taken_port_ends_it_with_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, *BEAT],
            env={**os.environ, "REDIS_URL": "redis://127.0.0.1:9/0", "BEAT_PORT": str(number)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 2
    assert f"Port {number} is taken. Free it or set BEAT_PORT." in ended.stderr
