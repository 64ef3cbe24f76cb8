"""A command is one trace: the gateway, the audio worker and the api tell their parts of it to a collector."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from project.tracing import ids_of
from simulator.control_client import ControlClient, wait_for
from simulator.stack import Stack
from tests.flows.conftest import PORTS, Room, found_room
from tests.flows.test_api import Program, sign_in
from tests.ports import free_port
from tests.redis_server import start_redis

SONG = "440 Hz Test Tone"


@dataclass(frozen=True)
class Span:
    """One span as it came."""

    process: str
    name: str
    trace: int
    span: int
    parent: int
    attributes: dict[str, Any]


@dataclass
class Collector:
    """What came over OTLP."""

    url: str = ""
    spans: list[Span] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def take(self, body: bytes) -> None:
        """Unpack a request."""
        self.bodies.append(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            process = next(a.value.string_value for a in resource.resource.attributes if a.key == "service.name")
            for scope in resource.scope_spans:
                for raw in scope.spans:
                    self.spans.append(
                        Span(
                            process,
                            raw.name,
                            int.from_bytes(raw.trace_id, "big"),
                            int.from_bytes(raw.span_id, "big"),
                            int.from_bytes(raw.parent_span_id, "big"),
                            {a.key: a.value.string_value or a.value.int_value for a in raw.attributes},
                        )
                    )

    def of(self, command_id: str) -> list[Span]:
        """A command's trace."""
        return [span for span in self.spans if span.trace == ids_of(command_id)[0]]


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    """An OTLP/HTTP receiver."""
    received = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            good = self.path == "/v1/traces" and self.headers["x-key"] == "collector-key"
            if good:
                received.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200 if good else 403)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    received.url = f"http://127.0.0.1:{server.server_port}"
    yield received
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def traced(flow_database: str, collector: Collector, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Every process, with traces on."""
    port = free_port()
    redis = start_redis(port, tmp_path_factory.mktemp("traced-redis"))
    stack = Stack(
        folder=tmp_path_factory.mktemp("traced-stack"),
        database_url=flow_database,
        redis_url=f"redis://127.0.0.1:{port}/0",
        say=lambda _text: None,
        environment={
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_EXPORTER_OTLP_HEADERS": "x-key=collector-key",
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


@pytest.fixture(scope="module")
def traced_room(traced: Stack) -> Room:
    return found_room(ControlClient(traced.simulator["control_url"]))


def spans_of(collector: Collector, command_id: str, wanted: set[tuple[str, str]]) -> list[Span]:
    """A command's trace once all of `wanted` are there."""
    look: Callable[[], list[Span]] = lambda: (  # noqa: E731 # so that what is missing can be said
        collector.of(command_id) if wanted <= {(s.process, s.name) for s in collector.of(command_id)} else []
    )
    try:
        found: list[Span] = wait_for(look, "the whole trace", seconds=20)
    except Exception as error:
        missing = wanted - {(s.process, s.name) for s in collector.of(command_id)}
        raise AssertionError(f"nobody told {sorted(missing)}") from error
    return found


def test_an_interaction_is_one_trace_from_discord_to_lavalink_and_back(collector: Collector, traced_room: Room) -> None:
    traced_room.join("Alice")
    sent = traced_room.send("Alice", "play", query=SONG)
    traced_room.control.answer(sent)
    wanted = {("gateway", name) for name in ("interaction", "publish", "first response", "show outcome", "op 4")}
    wanted |= {("audio", name) for name in ("task", "player", "store", "lavalink", "reply")}
    spans = spans_of(collector, sent, wanted)
    first = ids_of(sent)[1]
    assert [span.name for span in spans if span.parent == 0] == ["interaction"]
    assert next(span.span for span in spans if span.name == "interaction") == first
    known = {span.span for span in spans}
    assert all(span.parent in known for span in spans if span.parent)
    player = {span.span for span in spans if span.name == "player"}
    assert any(span.parent in player for span in spans if span.name == "store")


def test_a_command_of_the_desk_is_one_too(collector: Collector, traced_room: Room) -> None:
    sent = traced_room.send("Alice", "settings show")
    traced_room.control.answer(sent)
    spans_of(collector, sent, {("gateway", "publish"), ("worker", "desk"), ("gateway", "interaction")})


def test_one_of_the_api_goes_through_three_processes(traced: Stack, collector: Collector) -> None:
    room = found_room(ControlClient(traced.simulator["control_url"]))
    owner = next(known["owner"]["id"] for known in room.control.get("/guilds") if known["id"] == room.guild_id)
    status, login = sign_in(traced, owner)
    assert status == 200, login
    program = Program(f"http://127.0.0.1:{traced.ports['api']}", login["token"])
    order = {"query": SONG, "voice_channel_id": room.voice_id}
    status, said = program.order("POST", f"guilds/{room.guild_id}/queue", order)
    assert (status, said["outcome"]["type"]) == (200, "added"), said
    told = wait_for(
        lambda: [span for span in collector.spans if span.name == "api command"], "the api's span", seconds=20
    )
    sent = str(told[-1].attributes["segue.command"])
    spans = spans_of(
        collector,
        sent,
        {("api", "publish"), ("audio", "task"), ("audio", "lavalink"), ("audio", "reply"), ("gateway", "op 4")},
    )
    assert {span.process for span in spans} == {"api", "audio", "gateway"}
    assert {span.trace for span in spans} == {ids_of(sent)[0]}


def test_no_span_tells_what_was_typed_or_who_it_was(collector: Collector, traced_room: Room) -> None:
    whole = b"\n".join(collector.bodies)
    assert whole
    secrets = [SONG, "Alice", traced_room.members["Alice"], "collector-key"]
    assert [secret for secret in secrets if secret.encode() in whole] == []
    told = {key.removeprefix("segue.") for span in collector.spans for key in span.attributes}
    assert told <= {"command", "order", "kind", "slot", "letter", "statement", "method", "node"}
