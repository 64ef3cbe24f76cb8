"""What an api tells no other process tells, and the wait for a thread belongs to a request's latency."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from prometheus_client import REGISTRY

from project.api_metrics import ARRIVED

AS_WORKERS_DO = """
from project import metrics
metrics.share("tried")
import project.celery
project.celery.app.loader.import_default_modules()
import apps.api.urls  # Celery's checks of Django do so
print("TOLD", sorted({line.split("{")[0].split()[0] for line in metrics.exposition().decode().splitlines()}))
"""


def quick(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("quick")


urlpatterns = [path("quick", quick)]


def told(name: str, **labels: str) -> float:
    """A sample, 0 before it is first told."""
    return REGISTRY.get_sample_value(name, labels) or 0


def test_a_process_that_only_imports_the_views_is_not_taken_for_an_api() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", AS_WORKERS_DO], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "TOLD" in ended.stdout
    assert "'api_" not in ended.stdout


@pytest.mark.urls(__name__)
def test_the_wait_for_a_thread_is_told_and_is_part_of_the_latency(client: Client) -> None:
    labels = {"method": "GET", "route": "quick"}
    waited, took = told("api_request_wait_seconds_sum"), told("api_request_latency_seconds_sum", **labels)
    client.get("/quick", **{ARRIVED: time.perf_counter() - 100})  # type: ignore[arg-type] # what META holds
    assert told("api_request_wait_seconds_sum") >= waited + 100
    assert told("api_request_latency_seconds_sum", **labels) >= took + 100


@pytest.mark.urls(__name__)
def test_nothing_is_open_when_nobody_asks(client: Client) -> None:
    client.get("/quick")
    assert REGISTRY.get_sample_value("api_requests_open") == 0
    assert REGISTRY.get_sample_value("api_event_streams_open") == 0
