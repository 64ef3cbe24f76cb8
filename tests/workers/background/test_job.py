"""A job runs once at a time, says what it came to, and is asked for as the schedule says."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from celery.schedules import crontab
from django.db import connection
from django.utils import timezone

from apps.jobs.models import JobRun
from apps.jobs.services import job_alone, job_began
from project.celery import app
from project.job_schedule import DAY_S, SCHEDULE, beat_schedule
from simulator.control_client import wait_for
from workers.background.job import job, run_job

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

NAME = "jobs.heartbeat"
DAY = timedelta(days=1)


def row() -> JobRun:
    return JobRun.objects.get(job=NAME)


def fail() -> int:
    raise LookupError("alice@example.com is not there")


def test_a_run_that_ends_well_is_noted() -> None:
    assert run_job(NAME, lambda: 7) == "7"
    noted = row()
    assert (noted.last_word, noted.runs) == ("7", {"done": 1})
    assert noted.succeeded_at is not None
    assert noted.took_s is not None
    assert noted.finished_at is not None


def test_a_failure_is_noted_without_what_it_says_and_raised() -> None:
    with pytest.raises(LookupError):
        run_job(NAME, fail)
    assert (row().last_word, row().runs, row().succeeded_at) == ("LookupError", {"failed": 1}, None)


def test_after_a_failure_it_runs_again() -> None:
    with pytest.raises(LookupError):
        run_job(NAME, fail, unless_within=DAY)
    assert run_job(NAME, lambda: 1, unless_within=DAY) == "1"


def test_a_second_run_meanwhile_does_nothing() -> None:
    inside, leave = threading.Event(), threading.Event()

    def slow() -> int:
        inside.set()
        leave.wait(30)
        return 1

    def first() -> None:
        run_job(NAME, slow)
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait(30)
    assert run_job(NAME, fail) == "under way elsewhere"
    leave.set()
    thread.join()
    assert row().runs == {"busy": 1, "done": 1}


def test_the_lock_goes_with_the_process_that_held_it() -> None:
    def die() -> None:
        with job_alone(job=NAME):
            connection.connection.pgconn.finish()  # what the kernel does for a killed process
        connection.close()

    thread = threading.Thread(target=die)
    thread.start()
    thread.join()
    wait_for(lambda: run_job(NAME, lambda: 1) == "1", "the server to notice")


def test_a_run_that_never_ended_is_counted_when_the_next_begins() -> None:
    job_began(job=NAME)
    run_job(NAME, lambda: 1)
    assert row().runs == {"died": 1, "done": 1}


def test_a_daily_job_is_not_done_again_on_the_same_day() -> None:
    run_job(NAME, lambda: 1, unless_within=DAY)
    assert run_job(NAME, fail, unless_within=DAY) == "not due"
    JobRun.objects.update(succeeded_at=timezone.now() - DAY - timedelta(minutes=1))
    assert run_job(NAME, lambda: 2, unless_within=DAY) == "2"


def test_every_line_of_the_schedule_has_its_job() -> None:
    app.loader.import_default_modules()
    assert not SCHEDULE.keys() - app.tasks.keys()


def test_a_job_without_a_line_in_the_schedule_cannot_be_made() -> None:
    with pytest.raises(KeyError):
        job("nobody.asks", time_limit_s=1)


def test_a_daily_job_is_asked_for_every_hour_and_told_to_mind_when_it_ran() -> None:
    for name, line in beat_schedule().items():
        if SCHEDULE[name].seconds >= DAY_S:
            assert line["schedule"] == crontab(minute=line["schedule"]._orig_minute)
            assert line["kwargs"] == {"if_due": True}


def test_what_waits_too_long_for_a_worker_is_dropped() -> None:
    for name, line in beat_schedule().items():
        assert 0 < line["options"]["expires"] <= SCHEDULE[name].seconds
