"""Prometheus can scrape every process, and what it finds stays small: no ids among the labels."""

from __future__ import annotations

import re
import urllib.request

import pytest
from celery import Celery
from prometheus_client.parser import text_string_to_metric_families

from project.job_schedule import HEARTBEAT
from simulator.control_client import wait_for
from simulator.stack import Stack
from tests.flows.conftest import Room

LONG = "440 Hz Test Tone"
SNOWFLAKE = re.compile(r"\d{15,}")


def fetch(stack: Stack, process: str, path: str = "/metrics") -> str:
    """A page of a process, asked by the pod's address as Prometheus and the kubelet do."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{stack.ports[process]}{path}", headers={"Host": "10.1.2.3:3000"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 # loopback
        return str(answer.read().decode())


def value_of(text: str, name: str, **labels: str) -> float:
    """The sum of all samples of a metric that carry `labels`."""
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


@pytest.mark.parametrize("process", ["api", "gateway", "audio", "worker", "beat"])
@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_every_process_answers_probes(stack: Stack, process: str, path: str) -> None:
    assert '"status"' in fetch(stack, process, path)


def test_the_gateway_counts_interactions(stack: Stack, room: Room) -> None:
    before = value_of(fetch(stack, "gateway"), "gateway_interactions_total")
    room.join("Alice")
    room.slash("Alice", "play", query=LONG)
    assert value_of(fetch(stack, "gateway"), "gateway_interactions_total") > before


def test_the_audio_workers_children_are_counted_together(stack: Stack, room: Room) -> None:
    wait_for(lambda: value_of(fetch(stack, "audio"), "audio_slots", state="open") == 8, "every slot", seconds=30)
    before = value_of(fetch(stack, "audio"), "audio_commands_total", kind="play")
    room.join("Alice")
    room.slash("Alice", "play", query=LONG)
    wait_for(
        lambda: value_of(fetch(stack, "audio"), "audio_commands_total", kind="play") == before + 1,
        "the command's count",
    )


def test_the_api_counts_requests_and_their_latency(stack: Stack) -> None:
    name, labels = "api_requests_total", {"route": "none", "status": "400"}
    before = value_of(fetch(stack, "api"), name, **labels)
    with pytest.raises(urllib.error.HTTPError):
        fetch(stack, "api", "/nowhere")
    after = fetch(stack, "api")
    assert value_of(after, name, **labels) == before + 1
    assert value_of(after, "api_request_latency_seconds_count", route="none") >= 1


def test_the_worker_counts_what_its_pool_ran(stack: Stack) -> None:
    app = Celery(broker=stack.redis_url)
    app.conf.broker_transport_options = {"priority_steps": [0]}
    labels = {"task": "celery.backend_cleanup", "state": "SUCCESS"}
    before = value_of(fetch(stack, "worker"), "worker_tasks_total", **labels)
    app.send_task("celery.backend_cleanup", queue="background", ignore_result=True)
    app.close()
    wait_for(
        lambda: value_of(fetch(stack, "worker"), "worker_tasks_total", **labels) == before + 1,
        "a task of the pool's in the parent's metrics",
    )


@pytest.mark.parametrize("process", ["gateway", "audio", "worker", "beat", "flower"])
def test_nobody_else_tells_what_the_api_tells(stack: Stack, process: str) -> None:
    """Or its absence would not be seen."""
    assert "api_requests_open" in fetch(stack, "api")
    families = text_string_to_metric_families(fetch(stack, process))
    assert [sample.name for each in families for sample in each.samples if sample.name.startswith("api_")] == []


def test_beat_counts_what_it_sends(stack: Stack) -> None:
    page = fetch(stack, "beat")
    assert value_of(page, "segue_beat_sent_total", task=HEARTBEAT) >= 1
    assert value_of(page, "segue_beat_send_failures_total") == 0


@pytest.mark.parametrize("process", ["api", "gateway", "audio", "worker", "beat", "flower"])
def test_no_label_holds_an_id(stack: Stack, room: Room, process: str) -> None:
    room.join("Alice")
    room.slash("Alice", "play", query=LONG)
    families = text_string_to_metric_families(fetch(stack, process))
    labels = [value for family in families for sample in family.samples for value in sample.labels.values()]
    assert [value for value in labels if SNOWFLAKE.search(value)] == []
