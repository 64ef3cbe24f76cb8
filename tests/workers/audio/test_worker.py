"""Real worker processes on a real Redis: nothing is lost, doubled in a slot, or out of order, whoever dies."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery

from project.celery import app
from project.wire import keys
from project.wire.envelope import celery_message
from project.wire.messages import Command, Pause, ShowQueue, VoiceServerChanged
from project.wire.publish import publication
from tests.workers.audio.worker_stage import ALICE, GUILDS, SLOTS, Events, Stage, send, until


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.close()


def test_commands_run_in_order_and_once(stage: Stage) -> None:
    send(stage, 20)
    stage.worker("audio@a")
    until("the slots have an owner", lambda: stage.settled("audio@a"))
    send(stage, 200, pause=0)
    until("all is done", stage.all_done)
    assert stage.in_order()
    assert len(stage.done()) == len(stage.sent)
    assert stage.client.keys("unacked*") == []
    assert all(line["trusted"] for line in stage.diary("taken"))


def test_guilds_run_side_by_side(stage: Stage) -> None:
    stage.worker("audio@a", WORK_SECONDS="0.5")
    until("the slots have an owner", lambda: stage.settled("audio@a"))
    send(stage, len(GUILDS), pause=0)
    until("all is done", stage.all_done)
    assert stage.most_at_once() > len(GUILDS) / 2
    assert all(line["alone"] for line in stage.diary("done"))


def test_kill_9_loses_nothing(stage: Stage) -> None:
    victim = stage.worker("audio@a", WORK_SECONDS="0.03")
    stage.worker("audio@b", WORK_SECONDS="0.03")
    until("two workers share", lambda: stage.settled("audio@a", "audio@b"))
    send(stage, 100)
    victim.kill()
    send(stage, 100)
    until("all is done", stage.all_done)
    assert stage.in_order()
    assert stage.settled("audio@b")


def test_sigterm_drains_and_hands_over(stage: Stage) -> None:
    leaver = stage.worker("audio@a", WORK_SECONDS="0.03")
    stage.worker("audio@b", WORK_SECONDS="0.03")
    until("two workers share", lambda: stage.settled("audio@a", "audio@b"))
    send(stage, 60)
    leaver.terminate()
    send(stage, 60)
    assert leaver.wait(20) == 0
    until("all is done", stage.all_done)
    assert len(stage.done()) == len(stage.sent)
    assert stage.in_order()
    assert stage.diary("lost") == []
    # It may have held them all for a moment before the other came: what it ever took, it has released.
    taken, gone = (
        sorted(line["slot"] for line in stage.diary(what) if line["worker"] == "audio@a")
        for what in ("taken", "released")
    )
    assert len(gone) >= SLOTS // 2
    assert gone == taken


def test_sigterm_leaves_a_command_that_never_ends_to_the_next_owner(stage: Stage) -> None:
    leaver = stage.worker("audio@a", WORK_SECONDS="3600", DRAIN_SECONDS="0.5")
    until("the slots have an owner", lambda: stage.settled("audio@a"))
    stage.publish(GUILDS[1])
    until("the command's work begins", lambda: len(stage.diary("began")) == 1)
    leaver.terminate()
    assert leaver.wait(20) == 0
    assert len(stage.diary("released")) == SLOTS
    assert stage.diary("done") == []
    stage.worker("audio@b")
    until("all is done", stage.all_done)
    assert len(stage.done()) == 1


def test_a_newcomer_gets_its_share(stage: Stage) -> None:
    stage.worker("audio@a")
    until("one worker has all", lambda: stage.settled("audio@a"))
    stage.worker("audio@b")
    for _ in range(200):
        stage.publish(GUILDS[len(stage.sent) % len(GUILDS)])
        time.sleep(0.01)
    until("two workers share", lambda: stage.settled("audio@a", "audio@b"))
    until("all is done", stage.all_done)
    assert stage.in_order()
    assert len(stage.done()) == len(stage.sent)


def test_a_frozen_worker_is_replaced_and_hands_nothing_on_when_it_wakes(stage: Stage) -> None:
    frozen = stage.worker("audio@a", CARRY_OUT_SECONDS="0.4")  # it learns of its loss long before it stops consuming
    stage.worker("audio@b")
    until("two workers share", lambda: stage.settled("audio@a", "audio@b"))
    frozen.send_signal(signal.SIGSTOP)
    send(stage, 50)
    until("the other has all", lambda: stage.settled("audio@b"))
    until("all is done", stage.all_done)
    frozen.send_signal(signal.SIGCONT)
    send(stage, 1000, pause=0)
    until("it saw that its slots were lost", lambda: len(stage.diary("lost")) == SLOTS // 2)
    until("two workers share again", lambda: stage.settled("audio@a", "audio@b"))
    until("all is done", stage.all_done)
    assert stage.in_order()


def test_an_emptied_redis_moves_no_slot(stage: Stage) -> None:
    stage.worker("audio@a")
    stage.worker("audio@b")
    until("two workers share", lambda: stage.settled("audio@a", "audio@b"))
    until("all is quiet", stage.quiet)
    stage.client.flushall()
    emptied = time.monotonic()
    until("the owners are back", lambda: stage.settled("audio@a", "audio@b"))
    send(stage, 32)
    until("all is done", stage.all_done)
    until("a lease would have run out", lambda: time.monotonic() - emptied > 2.3)
    assert stage.settled("audio@a", "audio@b")
    assert [stage.diary(what) for what in ("taken", "lost", "released")] == [[], [], []]
    assert {line["worker"] for line in stage.diary("redis emptied")} == {"audio@a", "audio@b"}


def test_a_frozen_redis_moves_no_slot(stage: Stage) -> None:
    stage.worker("audio@a")
    stage.worker("audio@b")
    until("two workers share", lambda: stage.settled("audio@a", "audio@b") and stage.quiet())
    taken = len(stage.diary("taken"))
    send(stage, 50)
    stage.redis_process.send_signal(signal.SIGSTOP)
    time.sleep(2.3)  # longer than a lease
    stage.redis_process.send_signal(signal.SIGCONT)
    send(stage, 50)
    until("all is done", stage.all_done)
    assert stage.settled("audio@a", "audio@b")
    assert stage.in_order()
    assert len(stage.diary("taken")) == taken
    assert stage.diary("lost") == []


def test_sigterm_while_redis_hangs_waits_for_no_leave_taking(stage: Stage, tmp_path: Path) -> None:
    worker = stage.worker("audio@a")
    until("it holds all", lambda: stage.settled("audio@a") and stage.quiet())
    stage.redis_process.send_signal(signal.SIGSTOP)
    worker.terminate()
    until("it says so", lambda: "ending without taking leave" in (tmp_path / "audio@a.log").read_text())
    stage.redis_process.send_signal(signal.SIGCONT)  # the diary needs it
    assert worker.wait(30) == 0
    assert len(stage.diary("released")) == SLOTS


def test_a_broken_broker_connection_loses_nothing(stage: Stage) -> None:
    stage.worker("audio@a", WORK_SECONDS="0.03")
    until("the slots have an owner", lambda: stage.settled("audio@a"))
    send(stage, 60)
    stage.client.client_kill_filter(_type="normal", skipme=True)
    send(stage, 60)
    until("all is done", stage.all_done)
    assert stage.in_order()
    assert len(stage.diary("taken")) == SLOTS


def test_an_absent_store_is_waited_for(stage: Stage) -> None:
    stage.worker("audio@a", AWAY_ONCE="1")
    until("the slots have an owner", lambda: stage.settled("audio@a"))
    send(stage, 10)
    until("all is done", stage.all_done)


def test_a_slot_that_cannot_be_loaded_is_given_up(stage: Stage) -> None:
    stage.worker("audio@a", NEVER_TAKES="1")
    until("the slots were refused", lambda: len(stage.diary("refused")) >= SLOTS)
    stage.worker("audio@b")
    until("another worker has its share", lambda: stage.owners().count("audio@b") == SLOTS // 2)


def test_events_only_the_latest_is_kept(stage: Stage) -> None:
    stage.client.sadd(keys.PLAYERS_ACTIVE, GUILDS[1])
    for at_ms in range(5):
        event = VoiceServerChanged(guild_id=GUILDS[1], at_ms=at_ms)
        stage.publisher.publish(publication(app, event, slots=SLOTS))
    stage.worker("audio@a")
    until("the event is handled", stage.all_done)
    until("it was handled", lambda: len(stage.diary("done")) == 1)


def test_poison_is_dropped(stage: Stage) -> None:
    stage.worker("audio@a")
    until("the slots have an owner", lambda: stage.settled("audio@a"))
    good = publication(app, Command(id="x", guild_id=0, order=Pause(), actor=ALICE, issued_ms=1), slots=SLOTS)
    _, raw = celery_message(app, "player.pause", {"type": "command", "id": "x"}, "audio.slot.0")
    stage.publisher.publish(type(good)(good.keys, (0, "x", raw, *good.args[3:])))
    stage.publish(GUILDS[0])
    until("all else is done and the poison is gone", stage.all_done)


def test_reads_leave_no_trace(stage: Stage) -> None:
    stage.worker("audio@a")
    until("the slots have an owner", lambda: stage.settled("audio@a"))
    read = Command(id="r1", guild_id=GUILDS[3], order=ShowQueue(), actor=ALICE, issued_ms=1)
    stage.publisher.publish(publication(app, read, slots=SLOTS))
    until("it is read", lambda: stage.done() == ["r1"])
    assert stage.all_done()


def test_revoke_ping_and_events(stage: Stage) -> None:
    """What Flower and operators see and do."""
    stage.worker("audio@a", WORK_SECONDS="60")
    until("the slots have an owner", lambda: stage.settled("audio@a"))
    flower = Celery("flower", broker=stage.url, set_as_current=False)
    # A worker listens for control messages a little after it has taken its slots; what was sent before is not kept.
    eager = flower.control.inspect(timeout=1, limit=1)
    until("it answers a ping", lambda: eager.ping() == {"audio@a": {"ok": "pong"}})
    inspect = flower.control.inspect(timeout=5, limit=1)
    with Events(flower) as events:
        stage.publish(GUILDS[1])
        started = events.next("task-started")
        active = inspect.active()
        assert active is not None
        assert [task["name"] for task in active["audio@a"]] == ["player.pause"]
        flower.control.revoke(started["uuid"], terminate=True)
        assert events.next("task-revoked")["uuid"] == started["uuid"]
        assert events.seen["task-received"][0]["name"] == "player.pause"
    until("the journal forgets it", lambda: not stage.client.exists(keys.journal(1)))
    assert stage.done() == []
    flower.close()


def test_events_carry_run_times(stage: Stage) -> None:
    stage.worker("audio@a", WORK_SECONDS="0.1")
    until("the slots have an owner", lambda: stage.settled("audio@a"))
    flower = Celery("flower", broker=stage.url, set_as_current=False)
    with Events(flower) as events:
        stage.publish(GUILDS[1])
        succeeded = events.next("task-succeeded")
    assert succeeded["runtime"] >= 0.1
    assert succeeded["result"] == "'done'"
    flower.close()
