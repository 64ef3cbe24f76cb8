"""Traces of commands through all processes, by OpenTelemetry: off unless OTEL_EXPORTER_OTLP_ENDPOINT says where to.

A command's id is known wherever it goes, so nothing else travels: the trace's id and that of its first span are digests
of it (`ids_of`). Whoever shows the outcome tells that first span, from the member's act to then; the parts, told by
whoever did them, were its children all along. While off nothing is imported, and a call costs a comparison.
"""

from __future__ import annotations

import hashlib
import logging
import time
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from project import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.context import Context
    from opentelemetry.trace import Tracer

TRACED = frozenset({"gateway", "audio", "api", "worker"})
DELAY_MS = 1_000
"""Between two sendings; what a process that is killed has not sent is lost."""
_SPEAKERS = ("opentelemetry.exporter.otlp.proto.http.trace_exporter", "opentelemetry.sdk._shared_internal")
"""Who complains when a collector is away, which is no error of ours."""

NOTHING: AbstractContextManager[None] = nullcontext()
_tracer: Tracer | None = None
_wanted: ContextVar[tuple[int, int] | None] = ContextVar("wanted ids", default=None)


def start(process: str) -> None:
    """From here on tell this process's part of traces, if it is asked for and the process has any."""
    global _tracer
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT or process not in TRACED or _tracer is not None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

    class Ids(RandomIdGenerator):
        """Random, but for the one span whose ids everybody knows."""

        def generate_trace_id(self) -> int:
            wanted = _wanted.get()
            return super().generate_trace_id() if wanted is None else wanted[0]

        def generate_span_id(self) -> int:
            wanted = _wanted.get()
            return super().generate_span_id() if wanted is None else wanted[1]

    for name in _SPEAKERS:
        logging.getLogger(name).addFilter(_a_warning)
    headers = [header.partition("=") for header in settings.OTEL_EXPORTER_OTLP_HEADERS.split(",") if header]
    exporter = OTLPSpanExporter(
        endpoint=f"{settings.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces",
        headers={name.strip(): value.strip() for name, _, value in headers},
    )
    resource = Resource({"service.namespace": "segue", "service.name": process})
    provider = TracerProvider(resource=resource, id_generator=Ids())
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=DELAY_MS))
    _tracer = provider.get_tracer("segue")


def ids_of(command_id: str) -> tuple[int, int]:
    """(trace id, id of its first span) of a command."""
    digest = hashlib.sha256(command_id.encode()).digest()
    return int.from_bytes(digest[:16]), int.from_bytes(digest[16:24])


def whole(command_id: str, name: str, seconds: float, **attributes: str | int) -> None:
    """The command is over for whoever gave it, `seconds` after they did."""
    if _tracer is None:
        return
    from opentelemetry.context import Context

    token = _wanted.set(ids_of(command_id))
    try:
        ended = time.time_ns()
        span = _tracer.start_span(
            name,
            Context(),
            start_time=ended - int(seconds * 1e9),
            attributes={"segue.command": command_id, **_named(attributes)},
        )
    finally:
        _wanted.reset(token)
    span.end(ended)


def part(command_id: str | None, name: str, **attributes: str | int) -> AbstractContextManager[None]:
    """What this process does for a command, and all `step`s in it. Without an id: what is done for none."""
    if _tracer is None:
        return NOTHING
    return _within(_tracer, name, attributes, command_id)


def step(name: str, **attributes: str | int) -> AbstractContextManager[None]:
    """A step of what is being done for a command; nothing where none is."""
    if _tracer is None:
        return NOTHING
    from opentelemetry.trace import get_current_span

    if not get_current_span().get_span_context().is_valid:
        return NOTHING
    return _step(_tracer, name, attributes)


@contextmanager
def _within(tracer: Tracer, name: str, attributes: dict[str, Any], command_id: str | None) -> Iterator[None]:
    from opentelemetry import context

    before = context.attach(_parent(command_id))
    try:
        if command_id is None:
            yield
        else:
            with _step(tracer, name, {**attributes, "command": command_id}):
                yield
    finally:
        context.detach(before)


@contextmanager
def _step(tracer: Tracer, name: str, attributes: dict[str, Any]) -> Iterator[None]:
    """An error's type is told, its words are not: they may hold what nobody should read."""
    from opentelemetry.trace import StatusCode

    with tracer.start_as_current_span(
        name, attributes=_named(attributes), record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield
        except BaseException as error:
            span.set_status(StatusCode.ERROR, type(error).__name__)
            raise


def _parent(command_id: str | None) -> Context:
    from opentelemetry.context import Context
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

    if command_id is None:
        return Context()
    trace_id, span_id = ids_of(command_id)
    first = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    return set_span_in_context(NonRecordingSpan(first), Context())


def _named(attributes: dict[str, Any]) -> dict[str, Any]:
    return {f"segue.{name}": value for name, value in attributes.items()}


def _a_warning(record: logging.LogRecord) -> bool:
    record.levelno, record.levelname, record.exc_info = logging.WARNING, "WARNING", None
    return True
