"""An error in whichever process is reported to Sentry, and no report holds a secret or says who somebody is."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from simulator.control_client import wait_for
from simulator.stack import TOKEN, Stack
from tests.flows.conftest import PORTS
from tests.ports import free_port
from tests.redis_server import start_redis

KEY = "0123456789abcdef0123456789abcdef"
MEMBER, ADDRESS, TYPED = "345678901234567890", "alice@example.org", "never gonna give you up"
SECRETS = (TOKEN, MEMBER, ADDRESS, TYPED)
PLANT = """
import logging, os, threading, time

def plant(where):
    time.sleep(0.5 if where == "child" else 0)  # until logging's locks are those of the child
    while not any(type(handler).__name__ == "ErrorReporter" for handler in logging.getLogger().handlers):
        time.sleep(0.05)
    secret = os.environ["PLANTED"]
    try:
        raise RuntimeError(secret)
    except RuntimeError as error:
        log = logging.getLogger("planted")
        log.exception("Planted in a child: %s" if where == "child" else "Planted: %s", error)

def start(where):
    threading.Thread(target=plant, args=(where,), daemon=True).start()

if "PLANTED" in os.environ:
    start("process")
    os.register_at_fork(after_in_child=lambda: start("child"))
"""
"""Python runs a sitecustomize at its start: the error happens in the real process, which knows nothing of it."""


@dataclass
class Inbox:
    """Envelopes as they came, unpacked."""

    url: str = ""
    envelopes: list[str] = field(default_factory=list)

    def events(self) -> list[dict[str, Any]]:
        """The events in them."""
        lines = [json.loads(line) for envelope in self.envelopes for line in envelope.splitlines() if line]
        return [line for line in lines if "event_id" in line and "level" in line]


@pytest.fixture(scope="module")
def inbox() -> Iterator[Inbox]:
    """A Sentry that takes everything."""
    received = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding") == "gzip"
            received.envelopes.append((gzip.decompress(body) if packed else body).decode())
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    received.url = f"http://{KEY}@127.0.0.1:{server.server_port}/7"
    yield received
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def planted(flow_database: str, inbox: Inbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Every process with an error in it."""
    folder = tmp_path_factory.mktemp("plant")
    (folder / "sitecustomize.py").write_text(PLANT, encoding="utf-8")
    dsn = folder / "dsn"
    dsn.write_text(inbox.url, encoding="utf-8")
    port = free_port()
    redis = start_redis(port, tmp_path_factory.mktemp("plant-redis"))
    said: list[str] = []
    stack = Stack(
        folder=tmp_path_factory.mktemp("plant-stack"),
        database_url=flow_database,
        redis_url=f"redis://127.0.0.1:{port}/0",
        say=said.append,
        environment={
            "SENTRY_DSN_FILE": str(dsn),
            "SENTRY_RELEASE": "segue@1.2.3",
            "SENTRY_ENVIRONMENT": "planted",
            "PYTHONPATH": str(folder),
            "PLANTED": f"{TOKEN} of {ADDRESS}, member {MEMBER}, asked for '{TYPED}'",
        },
        ports={name: free_port() for name in PORTS},
    )
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
        redis.kill()
        redis.wait()
    assert said == []


@pytest.mark.parametrize("process", ["gateway", "audio-supervisor", "audio", "api", "worker", "beat", "flower"])
def test_an_error_of_a_process_is_reported(planted: Stack, inbox: Inbox, process: str) -> None:
    def reported() -> list[dict[str, Any]]:
        return [event for event in inbox.events() if event.get("tags", {}).get("process") == process]

    event = wait_for(reported, f"an error of {process}")[0]
    assert event["exception"]["values"][-1]["type"] == "RuntimeError"
    assert event["message"].startswith("Planted")
    assert (event["release"], event["environment"]) == ("segue@1.2.3", "planted")


def test_so_is_one_of_the_pools_processes(planted: Stack, inbox: Inbox) -> None:
    wait_for(lambda: [event for event in inbox.events() if "in a" in event["message"]], "an error of a forked process")


def test_no_report_tells_a_secret_or_a_person(planted: Stack, inbox: Inbox) -> None:
    wait_for(lambda: len(inbox.events()) >= 7, "reports")
    whole = "\n".join(inbox.envelopes)
    assert [secret for secret in SECRETS if secret in whole] == []


def test_the_address_is_in_no_log(planted: Stack) -> None:
    for service in planted.services.values():
        assert KEY not in service.log_path.read_text(encoding="utf-8")
