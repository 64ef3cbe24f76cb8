"""The hand-made Celery message equals what Celery's own producer puts on the queue (kombu is pinned for this)."""

from __future__ import annotations

import json
from typing import Any

import redis
from celery import Celery

from project.wire.envelope import argument_of, celery_message

ARGUMENT = {"type": "command", "id": "7", "guild_id": 2**60}


def own_app(url: str) -> Celery:
    app = Celery("contract", broker=url, set_as_current=False)
    app.conf.update(broker_transport_options={"priority_steps": [0]}, task_ignore_result=True)
    return app


def without_what_varies(message: dict[str, Any]) -> dict[str, Any]:
    for name in ("id", "root_id", "argsrepr"):
        message["headers"].pop(name)
    for name in ("correlation_id", "delivery_tag", "reply_to"):
        message["properties"].pop(name, None)
    return message


def test_it_equals_what_send_task_sends(redis_url: str) -> None:
    app = own_app(redis_url)
    app.send_task("player.play", args=(ARGUMENT,), queue="audio.slot.1", ignore_result=True)
    _, ours = celery_message(app, "player.play", ARGUMENT, "audio.slot.1")
    with redis.Redis.from_url(redis_url) as client:
        popped = client.rpop("audio.slot.1")
    app.close()
    assert isinstance(popped, bytes)
    theirs = json.loads(popped)
    assert json.loads(ours)["properties"].keys() >= theirs["properties"].keys() - {"reply_to"}
    assert without_what_varies(json.loads(ours)) == without_what_varies(theirs)


def test_the_argument_can_be_read_from_the_raw_message(redis_url: str) -> None:
    app = own_app(redis_url)
    _, raw = celery_message(app, "player.play", ARGUMENT, "q")
    app.close()
    assert argument_of(raw) == ARGUMENT
