"""While nobody asks for traces nothing is imported and nothing opened; else ids follow from the command."""

from __future__ import annotations

import os
import subprocess
import sys

from project import tracing


def said_by(code: str, **environment: str) -> str:
    """What a process prints."""
    ended = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return ended.stdout.strip()


def test_off_it_imports_nothing_and_gives_the_same_nothing() -> None:
    code = (
        "import sys; from project import logging, tracing; logging.configure('audio');"
        "print('opentelemetry' in sys.modules, tracing.part('1', 'a') is tracing.step('b') is tracing.NOTHING)"
    )
    assert said_by(code, OTEL_EXPORTER_OTLP_ENDPOINT="") == "False True"


def test_off_a_whole_is_nothing() -> None:
    tracing.whole("1", "interaction", 0.1)


def test_processes_without_commands_have_no_traces() -> None:
    code = (
        "import sys; from project import logging; logging.configure('beat'); print('opentelemetry.sdk' in sys.modules)"
    )
    assert said_by(code, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9") == "False"


def test_ids_follow_from_the_command_alone() -> None:
    trace_id, span_id = tracing.ids_of("1425500000000000000")
    assert (trace_id, span_id) == tracing.ids_of("1425500000000000000")
    assert trace_id != tracing.ids_of("1425500000000000001")[0]
    assert 0 < trace_id < 2**128
    assert 0 < span_id < 2**64
