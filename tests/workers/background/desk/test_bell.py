"""The bell beside the worker finds by itself what a worker before had taken and not done."""

from __future__ import annotations

import time

import pytest

from project import settings
from project.task_queues import DESK_QUEUE
from project.wire.desk import ChangeSettings
from tests.workers.background.desk.conftest import SLOTS, Desk
from workers.background.desk import bell
from workers.background.desk.bell import DeskBell


def queued_again(desk: Desk) -> bool:
    for _ in range(200):
        if desk.redis.llen(DESK_QUEUE):
            return True
        time.sleep(0.05)
    return False


def test_what_got_lost_is_queued_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "new_client", lambda: desk.redis)
    monkeypatch.setattr(bell, "LISTEN_SECONDS", 0.05)
    monkeypatch.setattr(settings, "SLOTS", SLOTS)
    step = DeskBell(None)
    step.start(None)
    desk.publish("1", ChangeSettings(dj_only=True), late_ms=6_000)
    desk.lose_message()
    found = queued_again(desk)
    step.stop(None)
    assert found
