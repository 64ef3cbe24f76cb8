"""A Celery program answers probes and Prometheus from a thread of its own."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from project import settings
from project.env import StartRefused
from project.health_server import HealthServer, Pages, Verdict, alive, readiness

PAGES = Pages(
    health=alive, ready=lambda: readiness(["redis"], last_send="failed"), metrics=lambda: b"tried_total 1.0\n"
)


def verdict(port: int, path: str) -> Verdict:
    """Status and JSON of a page."""
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:  # http, to ourselves
            return answer.status, json.loads(answer.read())
    except HTTPError as refused:
        return refused.code, json.loads(refused.read())


@pytest.fixture
def port() -> Iterator[int]:
    server = HealthServer(PAGES, port=0, setting="TRIED_PORT")
    server.start()
    yield server.port
    server.stop()


def test_each_page_is_answered_by_its_own_function(port: int) -> None:
    assert verdict(port, "/health") == (200, {"status": "ok"})
    assert verdict(port, "/ready") == (503, {"status": "not ready", "away": ["redis"], "last_send": "failed"})
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert answer.read() == b"tried_total 1.0\n"


def test_there_is_no_other_page(port: int) -> None:
    assert verdict(port, "/healthz")[0] == 404


def test_who_lacks_nothing_is_ready() -> None:
    assert readiness([]) == (200, {"status": "ready"})


def test_a_taken_port_refuses_the_start_and_names_the_setting() -> None:
    with socket.create_server((settings.LISTEN_HOST, 0)) as taken:
        server = HealthServer(PAGES, port=taken.getsockname()[1], setting="TRIED_PORT")
        with pytest.raises(StartRefused) as refused:
            server.start()
    assert "set TRIED_PORT" in refused.value.sentence


def test_the_port_is_given_back() -> None:
    server = HealthServer(PAGES, port=0, setting="TRIED_PORT")
    server.start()
    again = HealthServer(PAGES, port=server.port, setting="TRIED_PORT")
    server.stop()
    again.start()
    again.stop()
