"""Beat asks, a worker runs, everybody sees it; and a payment whose webhook was lost counts after the next look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from celery import Celery

from project.job_schedule import HEARTBEAT, SCHEDULE
from simulator.control_client import ControlClient, wait_for
from simulator.stack import Stack
from tests.flows.conftest import Room
from tests.flows.test_billing import database as database
from tests.flows.test_billing import pay, row
from tests.flows.test_metrics import fetch, value_of

SUCCESS = "segue_job_last_success_timestamp_seconds"


@contextmanager
def asking(stack: Stack) -> Iterator[Celery]:
    """The broker as beat has it."""
    app = Celery(broker=stack.redis_url)
    app.conf.broker_transport_options = {"priority_steps": [0]}
    yield app
    app.close()


def ask(stack: Stack, job: str) -> None:
    """What beat does when it is time."""
    with asking(stack) as app:
        app.send_task(job, queue="background", ignore_result=True)


def done(stack: Stack, job: str) -> float:
    return value_of(fetch(stack, "worker"), "segue_job_runs_total", task=job, outcome="done")


def test_beats_word_comes_through(stack: Stack) -> None:
    wait_for(lambda: done(stack, HEARTBEAT), "beat's first heartbeat", seconds=60)


def test_every_job_is_known_to_prometheus_before_it_ever_ran(stack: Stack) -> None:
    page = fetch(stack, "worker")
    for job, due in SCHEDULE.items():
        assert value_of(page, SUCCESS, task=job) > 0, job
        assert value_of(page, "segue_job_due_seconds", task=job) == due.seconds
    assert value_of(page, "segue_jobs_readable") == 1


@pytest.mark.parametrize("job", sorted(SCHEDULE))
def test_every_job_ends_well_in_a_real_worker(stack: Stack, job: str) -> None:
    before = done(stack, job)
    ask(stack, job)
    wait_for(lambda: done(stack, job) > before, f"the end of {job}", seconds=30)
    assert value_of(fetch(stack, "worker"), "segue_job_runs_total", task=job, outcome="failed") == 0


def test_a_payment_whose_webhooks_were_lost_counts_after_the_next_look(
    stack: Stack, room: Room, control: ControlClient, database: psycopg.Connection[Any]
) -> None:
    wait_for(lambda: row(database, room), "the guild's row")
    control.post("/faults", {"target": "stripe_webhook", "kind": "drop", "count": 1_000})
    try:
        pay(control, room)
    finally:
        control.delete("/faults")
    assert row(database, room) == ("FREE", "ACTIVE", "none")
    ask(stack, "billing.reconcile")
    wait_for(lambda: row(database, room) == ("PREMIUM", "ACTIVE", "stripe"), "the mended plan", seconds=15)
