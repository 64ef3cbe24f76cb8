"""Beat's scheduler sends what is due, and tells what it sent, what it could not, and when it last turned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import redis
from celery import Celery

from project.beat_scheduler import BEAT, BeatScheduler
from project.job_schedule import HEARTBEAT, SCHEDULE, beat_schedule
from project.task_queues import BACKGROUND_QUEUE


def told(name: str, **labels: str) -> float:
    """A sample of beat's metrics."""
    value = BEAT.get_sample_value(name, labels)
    assert value is not None, name
    return value


@pytest.fixture
def store(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url) as client:
        yield client
        client.config_set("maxmemory", 0)


@pytest.fixture
def scheduler(store: redis.Redis, redis_url: str) -> Iterator[BeatScheduler]:
    app = Celery("tried", broker=redis_url, set_as_current=False)
    app.conf.update(
        beat_schedule=beat_schedule(),
        broker_transport_options={"priority_steps": [0]},
        task_default_queue=BACKGROUND_QUEUE,
        task_ignore_result=True,
    )
    made = BeatScheduler(app)
    yield made
    made.close()
    app.close()


def make_due(scheduler: BeatScheduler, task: str) -> None:
    """Its time has come."""
    entry = scheduler.schedule[task]
    entry.last_run_at = entry.default_now() - timedelta(days=1)
    scheduler.populate_heap()


def test_everything_is_told_before_it_first_happens() -> None:
    for task in SCHEDULE:
        assert told("segue_beat_sent_total", task=task) >= 0
        assert told("segue_beat_send_failures_total", task=task) >= 0
    assert told("segue_beat_last_turn_timestamp_seconds") >= 0


def test_the_schedule_is_code_and_nothing_else(scheduler: BeatScheduler) -> None:
    assert set(scheduler.schedule) == set(SCHEDULE)


def test_the_first_heartbeat_is_sent_at_once_and_nothing_else(scheduler: BeatScheduler, store: redis.Redis) -> None:
    assert scheduler.last_send == "none yet"
    before = told("segue_beat_sent_total", task=HEARTBEAT)
    assert scheduler.tick() == 0
    assert scheduler.tick() > 0
    assert store.llen(BACKGROUND_QUEUE) == 1
    assert told("segue_beat_sent_total", task=HEARTBEAT) == before + 1
    assert scheduler.last_send == "well"


def test_what_cannot_be_sent_is_counted_and_the_loop_goes_on(scheduler: BeatScheduler, store: redis.Redis) -> None:
    scheduler.tick()
    store.config_set("maxmemory", 1)
    sent, failed = (told(f"segue_beat_{name}_total", task=HEARTBEAT) for name in ("sent", "send_failures"))
    make_due(scheduler, HEARTBEAT)
    scheduler.tick()
    assert scheduler.last_send == "failed"
    assert told("segue_beat_send_failures_total", task=HEARTBEAT) == failed + 1
    assert told("segue_beat_sent_total", task=HEARTBEAT) == sent
    store.config_set("maxmemory", 0)
    make_due(scheduler, HEARTBEAT)
    scheduler.tick()
    assert scheduler.last_send == "well"


def test_it_knows_how_long_its_loop_has_not_turned(scheduler: BeatScheduler, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr(BeatScheduler, "clock", lambda _: now)
    before = told("segue_beat_last_turn_timestamp_seconds")
    scheduler.tick()
    now = 1_600.0
    assert scheduler.silent_seconds() == 600
    scheduler.tick()
    assert scheduler.silent_seconds() == 0
    assert told("segue_beat_last_turn_timestamp_seconds") > before
